"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { MetadataIntake, type Understood } from "#components/connections/metadata-intake.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { inspectMetadataAction, saveProviderAction } from "#lib/portal/sign-in/actions.ts";
import { useIntakeWords } from "./intake-words.ts";
import { useRefusals } from "./refusals.ts";
import { StepNav } from "./step-frame.tsx";

/** Takes the SAML provider's metadata in, or its values where there is none, and shows what was understood. */
export function MetadataStep({
  connectionId,
  back,
  kept,
}: {
  connectionId: string;
  back: string;
  kept: boolean;
}) {
  const t = useTexts("connection");
  const router = useRouter();
  const { spoken, translate } = useRefusals();
  const words = useIntakeWords();
  const [byHand, setByHand] = useState(false);
  const [understood, setUnderstood] = useState<Understood | null>(null);
  const next = `/portal/sign-in/${connectionId}/mapping` as Route;
  return (
    <Form action={spoken(saveProviderAction)} onDone={() => router.push(next)} className="gap-6">
      <input type="hidden" name="connectionId" value={connectionId} />
      <input type="hidden" name="source" value={byHand ? "fields" : "metadata"} />
      {byHand ? (
        <ByHand />
      ) : (
        <MetadataIntake
          words={words}
          inspect={async (source) => translate(await inspectMetadataAction(source))}
          onUnderstood={setUnderstood}
        />
      )}
      <p>
        <button
          type="button"
          className="text-accent text-sm underline underline-offset-2"
          onClick={() => setByHand(!byHand)}
        >
          {t(byHand ? "metadata.with" : "metadata.without")}
        </button>
      </p>
      <StepNav back={{ href: back, label: t("nav.back") }}>
        {kept && !understood && (
          <button
            type="button"
            className="px-2 text-accent text-sm underline underline-offset-2"
            onClick={() => router.push(next)}
          >
            {t("metadata.keep")}
          </button>
        )}
        <SubmitButton disabled={!byHand && (understood === null || understood.isUseless)}>
          {t("nav.save")}
        </SubmitButton>
      </StepNav>
    </Form>
  );
}

function ByHand() {
  const t = useTexts("connection");
  return (
    <div className="grid gap-4">
      <Field label={t("metadata.entityId")} name="entityId" hint={t("metadata.entityIdHint")} required>
        <Input mono autoComplete="off" spellCheck={false} />
      </Field>
      <Field label={t("metadata.signInUrl")} name="signInUrl" hint={t("metadata.signInUrlHint")} required>
        <Input mono type="url" autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label={t("metadata.certificates")}
        name="certificates"
        hint={t("metadata.certificatesHint")}
        required
      >
        <Textarea mono rows={6} spellCheck={false} />
      </Field>
    </div>
  );
}

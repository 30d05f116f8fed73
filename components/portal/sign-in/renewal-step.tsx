"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { MetadataIntake, type Understood } from "#components/connections/metadata-intake.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { inspectMetadataAction, renewAction } from "#lib/portal/sign-in/actions.ts";
import { useIntakeWords } from "./intake-words.ts";
import { useRefusals } from "./refusals.ts";
import { StepNav } from "./step-frame.tsx";

/** Takes the new certificates in: those of new metadata, or pasted ones. */
export function RenewalStep({
  connectionId,
  back,
  provider,
}: {
  connectionId: string;
  back: string;
  provider: string;
}) {
  const t = useTexts("connection");
  const router = useRouter();
  const words = useIntakeWords();
  const { spoken, translate } = useRefusals();
  const [byHand, setByHand] = useState(false);
  const [understood, setUnderstood] = useState<Understood | null>(null);
  return (
    <Form
      action={spoken(renewAction)}
      onDone={() => router.push(`/portal/sign-in/${connectionId}/test` as Route)}
      className="gap-5"
    >
      <input type="hidden" name="connectionId" value={connectionId} />
      {byHand ? (
        <Field
          label={t("metadata.certificates")}
          name="certificates"
          hint={t("metadata.certificatesHint")}
          required
        >
          <Textarea mono rows={6} spellCheck={false} />
        </Field>
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
          {t(byHand ? "renew.withMetadata" : "renew.withCertificate")}
        </button>
      </p>
      <Checkbox name="keep" defaultChecked label={t("renew.keep")} hint={t("renew.keepHint", { provider })} />
      <Callout>{t("renew.untilActive")}</Callout>
      <StepNav back={{ href: back, label: t("nav.back") }}>
        <SubmitButton disabled={!byHand && (understood === null || understood.isUseless)}>
          {t("nav.save")}
        </SubmitButton>
      </StepNav>
    </Form>
  );
}

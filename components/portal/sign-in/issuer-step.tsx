"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { IssuerIntake } from "#components/connections/issuer-intake.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { inspectIssuerAction, saveProviderAction } from "#lib/portal/sign-in/actions.ts";
import { useIntakeWords } from "./intake-words.ts";
import { useRefusals } from "./refusals.ts";
import { StepNav } from "./step-frame.tsx";

interface IssuerStepProps {
  connectionId: string;
  back: string;
  issuer: string;
  clientId: string;
  /** A secret is kept: leaving the field empty keeps it. */
  hasSecret: boolean;
}

/** Takes in what the OpenID provider gave: its issuer, a client ID and a secret. */
export function IssuerStep({ connectionId, back, issuer, clientId, hasSecret }: IssuerStepProps) {
  const t = useTexts("connection");
  const router = useRouter();
  const words = useIntakeWords();
  const { spoken, translate } = useRefusals();
  return (
    <Form
      action={spoken(saveProviderAction)}
      onDone={() => router.push(`/portal/sign-in/${connectionId}/mapping` as Route)}
      className="gap-5"
    >
      <input type="hidden" name="connectionId" value={connectionId} />
      <input type="hidden" name="source" value="oidc" />
      <IssuerIntake
        words={words}
        defaultValue={issuer}
        inspect={async (asked) => translate(await inspectIssuerAction({ issuer: asked }))}
      />
      <Field label={t("oidc.clientId")} name="clientId" hint={t("oidc.clientIdHint")} required>
        <Input mono defaultValue={clientId} autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label={t("oidc.clientSecret")}
        name="clientSecret"
        hint={t(hasSecret ? "oidc.clientSecretKept" : "oidc.clientSecretHint")}
        required={!hasSecret}
      >
        <Input mono type="password" autoComplete="new-password" spellCheck={false} />
      </Field>
      <StepNav back={{ href: back, label: t("nav.back") }}>
        <SubmitButton>{t("nav.save")}</SubmitButton>
      </StepNav>
    </Form>
  );
}

"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { activateAction } from "#lib/portal/sign-in/actions.ts";
import { useRefusals } from "./refusals.ts";
import { StepNav } from "./step-frame.tsx";

interface ActivateStepProps {
  connectionId: string;
  back: string;
  tested: boolean;
  /** People sign in through it already: what is activated takes the place of what they use. */
  isChange: boolean;
}

/** Switches on what was tested; what was not, with a reason that is written down. */
export function ActivateStep({ connectionId, back, tested, isChange }: ActivateStepProps) {
  const t = useTexts("connection");
  const router = useRouter();
  const { spoken } = useRefusals();
  return (
    <Form
      action={spoken(activateAction)}
      onDone={() => router.push(`/portal/sign-in/${connectionId}/done` as Route)}
      className="gap-5"
    >
      <input type="hidden" name="connectionId" value={connectionId} />
      {tested ? (
        <Callout tone="positive" title={t("activate.tested")}>
          {t(isChange ? "activate.changeText" : "activate.text")}
        </Callout>
      ) : (
        <>
          <Callout tone="caution" title={t("activate.untested")}>
            {t("activate.untestedText")}
          </Callout>
          <Field label={t("activate.reason")} name="reason" hint={t("activate.reasonHint")} required>
            <Textarea rows={3} maxLength={1_000} />
          </Field>
        </>
      )}
      <StepNav back={{ href: back, label: t("nav.back") }}>
        <SubmitButton>{t(tested ? "activate.do" : "activate.doUntested")}</SubmitButton>
      </StepNav>
    </Form>
  );
}

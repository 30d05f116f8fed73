"use client";

import { type ReactNode, useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { enrolAction, finishEnrolmentAction } from "#lib/auth/actions.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";

/** Sets up the second factor that this console asks of everybody: scan, type a first code, keep the recovery codes. */
export function EnrolForm({ next, children }: { next: string; children: ReactNode }) {
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes) {
    return (
      <div className="grid gap-4">
        <RecoveryCodes codes={codes} />
        <FinishEnrolmentForm next={next} />
      </div>
    );
  }
  return (
    <Form action={enrolAction} onDone={setCodes}>
      {children}
      <Field label="Code" name="code" hint="The six digits that the app shows now." required>
        <Input mono inputMode="numeric" autoComplete="one-time-code" maxLength={7} autoFocus />
      </Field>
      <SubmitButton className="w-full">Set up second factor</SubmitButton>
    </Form>
  );
}

export function FinishEnrolmentForm({ next }: { next: string }) {
  return (
    <Form action={finishEnrolmentAction}>
      <input type="hidden" name="next" value={next} />
      <SubmitButton className="w-full">I have kept them. Continue</SubmitButton>
    </Form>
  );
}

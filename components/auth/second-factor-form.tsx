"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { recoveryCodeAction, secondFactorAction } from "#lib/auth/actions.ts";

/** The code of the authenticator app, or one of the recovery codes. */
export function SecondFactorForm({ next }: { next: string }) {
  const [recovering, setRecovering] = useState(false);
  return (
    <div className="grid gap-3">
      {recovering ? <RecoveryCode next={next} /> : <Code next={next} />}
      <Button variant="ghost" onClick={() => setRecovering(!recovering)}>
        {recovering ? "Use the authenticator app" : "Use a recovery code"}
      </Button>
    </div>
  );
}

function Code({ next }: { next: string }) {
  return (
    <Form action={secondFactorAction}>
      <input type="hidden" name="next" value={next} />
      <Field label="Code" name="code" hint="Six digits from your authenticator app." required>
        <Input mono inputMode="numeric" autoComplete="one-time-code" maxLength={7} autoFocus />
      </Field>
      <SubmitButton className="w-full">Continue</SubmitButton>
    </Form>
  );
}

function RecoveryCode({ next }: { next: string }) {
  return (
    <Form action={recoveryCodeAction}>
      <input type="hidden" name="next" value={next} />
      <Field label="Recovery code" name="recoveryCode" hint="Each of the ten works once." required>
        <Input mono autoComplete="off" spellCheck={false} autoFocus />
      </Field>
      <SubmitButton className="w-full">Continue</SubmitButton>
    </Form>
  );
}

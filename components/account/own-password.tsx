"use client";

import { useState } from "react";
import { NewPasswordField } from "#components/auth/new-password-field.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { changeOwnPasswordAction } from "#lib/auth/actions.ts";

/** Emptied once it is done: a password must not stay in a page. */
export function OwnPasswordForm() {
  const [turn, setTurn] = useState(0);
  return (
    <Form
      key={turn}
      action={changeOwnPasswordAction}
      onDone={() => setTurn(turn + 1)}
      done="Password changed. Your other sessions have ended."
    >
      <CurrentPassword />
      <NewPasswordField label="New password" />
      <FormActions>
        <SubmitButton variant="secondary">Change password</SubmitButton>
      </FormActions>
    </Form>
  );
}

export function CurrentPassword() {
  return (
    <Field label="Present password" name="currentPassword" required>
      <Input type="password" autoComplete="current-password" />
    </Field>
  );
}

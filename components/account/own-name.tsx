"use client";

import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { changeOwnNameAction } from "#lib/auth/actions.ts";

export function OwnNameForm({ name, email }: { name: string; email: string }) {
  return (
    <Form action={changeOwnNameAction} done="Name changed">
      <Field label="Name" name="name" hint="Colleagues and the audit log know you by it." required>
        <Input defaultValue={name} autoComplete="name" maxLength={100} />
      </Field>
      <Field label="E-mail" hint="You sign in with it. An owner can invite you anew under another address.">
        <Input value={email} readOnly />
      </Field>
      <FormActions>
        <SubmitButton variant="secondary">Save name</SubmitButton>
      </FormActions>
    </Form>
  );
}

"use client";

import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { signInAction } from "#lib/auth/actions.ts";

/** E-mail and password together, as password managers expect them, and so that no answer tells which one is known. */
export function SignInForm({ next }: { next: string }) {
  return (
    <Form action={signInAction}>
      <input type="hidden" name="next" value={next} />
      <Field label="E-mail" name="email" required>
        <Input type="email" autoComplete="username" autoFocus spellCheck={false} />
      </Field>
      <Field label="Password" name="password" required>
        <Input type="password" autoComplete="current-password" />
      </Field>
      <SubmitButton className="w-full">Sign in</SubmitButton>
    </Form>
  );
}

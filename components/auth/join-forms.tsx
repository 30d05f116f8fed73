"use client";

import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { acceptInvitationAction, chooseNewPasswordAction, setUpAction } from "#lib/people/actions.ts";
import { NewPasswordField } from "./new-password-field.tsx";

/** The first owner of a console. */
export function SetUpForm({ token }: { token: string }) {
  return (
    <Form action={setUpAction}>
      <input type="hidden" name="token" value={token} />
      <NameField />
      <Field label="E-mail" name="email" required>
        <Input type="email" autoComplete="username" spellCheck={false} />
      </Field>
      <NewPasswordField />
      <SubmitButton className="w-full">Create the first owner</SubmitButton>
    </Form>
  );
}

/** Somebody who was invited. */
export function JoinForm({ token, email }: { token: string; email: string }) {
  return (
    <Form action={acceptInvitationAction}>
      <input type="hidden" name="token" value={token} />
      <KnownEmail email={email} />
      <NameField />
      <NewPasswordField />
      <SubmitButton className="w-full">Join</SubmitButton>
    </Form>
  );
}

/** Somebody who could not sign in any more. */
export function ResetForm({ token, email }: { token: string; email: string }) {
  return (
    <Form action={chooseNewPasswordAction}>
      <input type="hidden" name="token" value={token} />
      <KnownEmail email={email} />
      <NewPasswordField label="New password" />
      <SubmitButton className="w-full">Set password and sign in</SubmitButton>
    </Form>
  );
}

function NameField() {
  return (
    <Field label="Your name" name="name" required>
      <Input autoComplete="name" maxLength={100} autoFocus />
    </Field>
  );
}

/** Not sent: the link says whose address it is. Here so that a password manager keeps it with the password. */
function KnownEmail({ email }: { email: string }) {
  return (
    <Field label="E-mail">
      <Input type="email" autoComplete="username" defaultValue={email} readOnly />
    </Field>
  );
}

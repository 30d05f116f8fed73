"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { changeSignInPolicyAction } from "#lib/auth/actions.ts";
import type { SignInPolicy } from "#lib/auth/schema.ts";

/** How everybody signs in. Whoever may not change it reads it. */
export function SignInPolicyForm({ policy, canChange }: { policy: SignInPolicy; canChange: boolean }) {
  return (
    <Form action={changeSignInPolicyAction} done="Sign-in policy changed">
      <fieldset disabled={!canChange} className="grid gap-4 sm:grid-cols-2">
        <Checkbox
          name="requireSecondFactor"
          label="Require a second factor of everybody"
          hint="Who has none sets one up right after the password. People who sign in by SSO are left to their identity provider."
          defaultChecked={policy.requireSecondFactor}
          className="sm:col-span-2"
        />
        <Field label="A session unused ends after" name="idleMinutes" hint="Minutes, 5 to 480." required>
          <Input type="number" min={5} max={480} defaultValue={policy.idleMinutes} />
        </Field>
        <Field label="Any session ends after" name="sessionHours" hint="Hours, 1 to 72." required>
          <Input type="number" min={1} max={72} defaultValue={policy.sessionHours} />
        </Field>
      </fieldset>
      {canChange ? (
        <FormActions>
          <SubmitButton>Save policy</SubmitButton>
        </FormActions>
      ) : (
        <p className="text-muted text-sm">Only an owner changes this.</p>
      )}
    </Form>
  );
}

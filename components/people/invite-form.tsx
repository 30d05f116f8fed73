"use client";

import { Button } from "#components/ui/button.tsx";
import { DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { invitePersonAction } from "#lib/people/actions.ts";
import type { OneTimeLink as Link } from "#lib/people/commands.ts";
import { AccessFields, type AccessFieldsProps } from "./access-fields.tsx";
import { OneTimeLink } from "./one-time-link.tsx";

interface InviteFormProps extends Pick<AccessFieldsProps, "roles" | "customers"> {
  link: Link | null;
  onLink: (link: Link) => void;
  onClose: () => void;
}

/** Whom, and what they may do; then the link to send them. */
export default function InviteForm({ roles, customers, link, onLink, onClose }: InviteFormProps) {
  if (link) return <OneTimeLink link={link} onClose={onClose} />;
  return (
    <Form action={invitePersonAction} onDone={onLink}>
      <Field label="E-mail" name="email" required>
        <Input type="email" autoComplete="off" spellCheck={false} />
      </Field>
      <AccessFields roles={roles} customers={customers} />
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>Make invitation</SubmitButton>
      </FormActions>
    </Form>
  );
}

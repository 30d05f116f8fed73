"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { invitePersonAction } from "#lib/people/actions.ts";
import type { OneTimeLink as Link } from "#lib/people/commands.ts";
import { AccessFields, type AccessFieldsProps } from "./access-fields.tsx";
import { OneTimeLink } from "./one-time-link.tsx";

/** Invites somebody, and shows the link to send them. */
export function InvitePerson({ roles, customers }: Pick<AccessFieldsProps, "roles" | "customers">) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [link, setLink] = useState<Link | null>(null);
  const show = (next: boolean) => {
    setOpen(next);
    if (!next && link) router.refresh();
    setLink(null);
  };
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon={<UserPlus />}>
          Invite
        </Button>
      }
      open={open}
      onOpenChange={show}
      title={link ? "Invitation" : "Invite somebody"}
      description={
        link
          ? undefined
          : "You get a link to send them. They choose a password of their own, or join by single sign-on."
      }
    >
      {link ? (
        <OneTimeLink link={link} onClose={() => show(false)} />
      ) : (
        <Form action={invitePersonAction} onDone={setLink}>
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
      )}
    </Dialog>
  );
}

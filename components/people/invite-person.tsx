"use client";

import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { later } from "#components/ui/later.tsx";
import type { OneTimeLink as Link } from "#lib/people/commands.ts";
import type { AccessFieldsProps } from "./access-fields.tsx";

const InviteForm = later(() => import("./invite-form.tsx"));

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
      prepare={InviteForm.prepare}
      title={link ? "Invitation" : "Invite somebody"}
      description={
        link
          ? undefined
          : "You get a link to send them. They choose a password of their own, or join by single sign-on."
      }
    >
      <InviteForm
        roles={roles}
        customers={customers}
        link={link}
        onLink={setLink}
        onClose={() => show(false)}
      />
    </Dialog>
  );
}

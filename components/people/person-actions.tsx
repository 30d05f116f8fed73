"use client";

import { Ellipsis, KeyRound, UserCheck, UserX } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import {
  changeAccessAction,
  reactivatePersonAction,
  resetSignInAction,
  suspendPersonAction,
} from "#lib/people/actions.ts";
import type { OneTimeLink as Link } from "#lib/people/commands.ts";
import { AccessFields, type AccessFieldsProps } from "./access-fields.tsx";
import { OneTimeLink } from "./one-time-link.tsx";

interface PersonActionsProps extends AccessFieldsProps {
  person: { id: string; name: string; suspended: boolean };
}

type Open = "access" | "suspend" | "reset" | null;

/** What may be done to a person. */
export function PersonActions({ person, ...access }: PersonActionsProps) {
  const router = useRouter();
  const [open, setOpen] = useState<Open>(null);
  const [link, setLink] = useState<Link | null>(null);
  const close = () => setOpen(null);
  const fields = { personId: person.id };
  return (
    <>
      <Button onClick={() => setOpen("access")}>Change access</Button>
      {person.suspended ? (
        <ConfirmDialog
          trigger={<Button icon={<UserCheck />}>Reactivate</Button>}
          title={`Reactivate ${person.name}`}
          description="They can sign in again, with the access they had."
          confirm="Reactivate"
          tone="primary"
          action={reactivatePersonAction}
          fields={fields}
          done="Reactivated"
        />
      ) : (
        <DropdownMenu trigger={<Button icon={<Ellipsis />} aria-label="More actions" />}>
          <MenuItem icon={<KeyRound />} onSelect={() => setOpen("reset")}>
            Reset sign-in
          </MenuItem>
          <MenuItem icon={<UserX />} onSelect={() => setOpen("suspend")}>
            Suspend
          </MenuItem>
        </DropdownMenu>
      )}
      <Dialog open={open === "access"} onOpenChange={(next) => !next && close()} title="Change access">
        <Form action={changeAccessAction} onDone={close} done="Access changed">
          <input type="hidden" name="personId" value={person.id} />
          <AccessFields {...access} />
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Change access</SubmitButton>
          </FormActions>
        </Form>
      </Dialog>
      <ConfirmDialog
        open={open === "suspend"}
        onOpenChange={(next) => !next && close()}
        title={`Suspend ${person.name}`}
        description="They are signed out everywhere at once and cannot sign in until they are reactivated."
        confirm="Suspend"
        action={suspendPersonAction}
        fields={fields}
        done="Suspended"
      />
      <ConfirmDialog
        open={open === "reset"}
        onOpenChange={(next) => !next && close()}
        title={`Reset how ${person.name} signs in`}
        description="Their password and second factor stop working at once, and so does every session. You get a link for them to choose a new password."
        confirm="Reset sign-in"
        action={resetSignInAction}
        fields={fields}
        onDone={setLink}
      />
      <Dialog
        open={link !== null}
        onOpenChange={(next) => {
          if (next) return;
          setLink(null);
          router.refresh();
        }}
        title="Link to sign in anew"
      >
        {link && (
          <OneTimeLink
            link={link}
            onClose={() => {
              setLink(null);
              router.refresh();
            }}
          />
        )}
      </Dialog>
    </>
  );
}

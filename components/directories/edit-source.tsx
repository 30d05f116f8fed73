"use client";

import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { changeSourceAction } from "#lib/directories/actions.ts";
import type { LdapSourceSettings } from "#lib/drivers/ldap-port.ts";
import { SourceFields } from "./source-fields.tsx";

/** Changes where a directory is read from. */
export function EditSource({ directoryId, ldap }: { directoryId: string; ldap: LdapSourceSettings }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      trigger={<Button size="sm">Edit settings</Button>}
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title="Edit where it is read from"
      description="It is read anew, whole, as soon as this is saved."
    >
      <Form
        action={changeSourceAction}
        onDone={(carried) => {
          setOpen(false);
          sayCarried("The settings are changed, and the directory is being read.")(carried);
        }}
      >
        <input type="hidden" name="directoryId" value={directoryId} />
        <SourceFields known={ldap} />
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

"use client";

import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { changeLdapAction } from "#lib/connections/actions.ts";
import type { LdapSettings } from "#lib/drivers/ldap-port.ts";
import { LdapFields, LdapKindField } from "./ldap-fields.tsx";

/** Changes how the servers of an LDAP connection are reached. */
export function EditLdap({ connectionId, ldap }: { connectionId: string; ldap: LdapSettings }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      trigger={<Button size="sm">Edit settings</Button>}
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title="Edit the LDAP settings"
      description="The next sign-in goes by them. Test it afterwards."
    >
      <Form
        action={changeLdapAction}
        onDone={(carried) => {
          setOpen(false);
          sayCarried("The settings are changed.")(carried);
        }}
      >
        <input type="hidden" name="connectionId" value={connectionId} />
        <LdapKindField known={ldap.kind} />
        <LdapFields known={ldap} purpose="sign-in" />
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

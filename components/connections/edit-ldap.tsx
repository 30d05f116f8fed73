"use client";

import { EditDialog } from "#components/operations/edit-dialog.tsx";
import { changeLdapAction } from "#lib/connections/actions.ts";
import type { LdapSettings } from "#lib/drivers/ldap-port.ts";
import { LdapFields, LdapKindField } from "./ldap-fields.tsx";

/** Changes how the servers of an LDAP connection are reached. */
export function EditLdap({ connectionId, ldap }: { connectionId: string; ldap: LdapSettings }) {
  return (
    <EditDialog
      opener="Edit settings"
      title="Edit the LDAP settings"
      description="The next sign-in goes by them. Test it afterwards."
      action={changeLdapAction}
      fields={{ connectionId }}
      done="The settings are changed."
    >
      <LdapKindField known={ldap.kind} />
      <LdapFields known={ldap} purpose="sign-in" />
    </EditDialog>
  );
}

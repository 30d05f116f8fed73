"use client";

import { EditDialog } from "#components/operations/edit-dialog.tsx";
import { changeLdapAction, readAuthorityAction } from "#lib/connections/actions.ts";
import type { LdapSignInSettings } from "#lib/drivers/ldap-port.ts";
import { LdapKindField, LdapSignInFields } from "./ldap-fields.tsx";
import { LDAP_WORDS } from "./ldap-words.ts";

/** Changes how the servers of an LDAP connection are reached. */
export function EditLdap({ connectionId, ldap }: { connectionId: string; ldap: LdapSignInSettings }) {
  return (
    <EditDialog
      opener="Edit settings"
      title="Edit the LDAP settings"
      description="The next sign-in goes by them. Test it afterwards."
      action={changeLdapAction}
      fields={{ connectionId }}
      done="The settings are changed."
    >
      <LdapKindField words={LDAP_WORDS.kind} known={ldap.kind} />
      <LdapSignInFields words={LDAP_WORDS} known={ldap} readAuthority={readAuthorityAction} />
    </EditDialog>
  );
}

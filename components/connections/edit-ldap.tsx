"use client";

import { EditDialog } from "#components/operations/edit-dialog.tsx";
import { changeLdapAction, readAuthorityAction } from "#lib/connections/actions.ts";
import type { LdapSignInSettings } from "#lib/drivers/ldap-port.ts";
import { LdapKindField, LdapSignInFields } from "./ldap-fields.tsx";
import { LDAP_WORDS } from "./ldap-words.ts";
import { type Drafting, WhenFields } from "./when-fields.tsx";

interface EditLdapProps {
  connectionId: string;
  /** As the draft has them, where there is one. */
  ldap: LdapSignInSettings;
  drafting: Drafting;
}

/** Changes how the servers of an LDAP connection are reached. */
export function EditLdap({ connectionId, ldap, drafting }: EditLdapProps) {
  return (
    <EditDialog
      opener="Edit settings"
      title="Edit the LDAP settings"
      description="Test a sign-in with them before people meet them."
      action={changeLdapAction}
      fields={{ connectionId }}
      done="Saved."
    >
      <LdapKindField words={LDAP_WORDS.kind} known={ldap.kind} />
      <LdapSignInFields words={LDAP_WORDS} known={ldap} readAuthority={readAuthorityAction} />
      {drafting.live && <WhenFields draft={drafting.draft} />}
    </EditDialog>
  );
}

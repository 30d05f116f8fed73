"use client";

import { LDAP_WORDS } from "#components/connections/ldap-words.ts";
import { EditDialog } from "#components/operations/edit-dialog.tsx";
import { readAuthorityAction } from "#lib/connections/actions.ts";
import { changeSourceAction } from "#lib/directories/actions.ts";
import { intervalWords } from "#lib/directories/shape.ts";
import type { LdapSourceSettings } from "#lib/drivers/ldap-port.ts";
import { SourceFields } from "./source-fields.tsx";

/** Changes where a directory is read from. */
export function EditSource({ directoryId, ldap }: { directoryId: string; ldap: LdapSourceSettings }) {
  return (
    <EditDialog
      opener="Edit settings"
      title="Edit where it is read from"
      description="It is read anew, whole, as soon as this is saved."
      action={changeSourceAction}
      fields={{ directoryId }}
      done="The settings are changed, and the directory is being read."
    >
      <SourceFields
        known={ldap}
        words={LDAP_WORDS}
        readAuthority={readAuthorityAction}
        intervals={intervalWords}
      />
    </EditDialog>
  );
}

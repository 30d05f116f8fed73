"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { SourceFields } from "#components/directories/source-fields.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import type { LdapSourceSettings } from "#lib/drivers/ldap-port.ts";
import { probeLdapDirectoryAction, saveLdapDirectoryAction } from "#lib/portal/directory/actions.ts";
import { readAuthorityAction } from "#lib/portal/ldap/actions.ts";
import { TriedForm } from "./tried-form.tsx";
import { useIntervals, useLdapWords } from "./words.ts";

interface SourceFormProps {
  /** The directory that is changed; without one it is made. */
  directoryId?: string;
  known?: LdapSourceSettings;
  kind?: LdapSourceSettings["kind"];
  back: string;
}

/** The customer's own servers, whose people and groups are read. */
export function LdapSourceForm({ directoryId, known, kind, back }: SourceFormProps) {
  const t = useTexts("directory");
  const router = useRouter();
  return (
    <TriedForm
      fields={directoryId ? { directoryId } : {}}
      save={saveLdapDirectoryAction}
      probe={probeLdapDirectoryAction}
      submit={t("ldap.save")}
      back={back}
      onDone={(made) => router.push(`/portal/directory/${made.directoryId}/watch` as Route)}
    >
      <SourceFields
        words={useLdapWords()}
        intervals={useIntervals()}
        readAuthority={readAuthorityAction}
        {...(known ? { known } : {})}
        {...(kind ? { kind } : {})}
      />
    </TriedForm>
  );
}

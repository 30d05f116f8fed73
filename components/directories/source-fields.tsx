"use client";

import { LdapFields, LdapKindField } from "#components/connections/ldap-fields.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { intervalWords, SYNC_INTERVALS } from "#lib/directories/schema.ts";
import type { LdapSourceSettings } from "#lib/drivers/ldap-port.ts";

/** Where a directory is read from, and how often. */
export function SourceFields({ known }: { known?: LdapSourceSettings }) {
  return (
    <>
      <LdapKindField {...(known ? { known: known.kind } : {})} />
      <LdapFields {...(known ? { known } : {})} purpose="sync">
        <Field
          label="Filter for groups"
          name="groupFilter"
          hint="Without one: what the kind of directory calls a group."
          optional
        >
          <Input
            mono
            defaultValue={known?.groupFilter}
            placeholder="(objectClass=groupOfNames)"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      </LdapFields>
      <Field label="Look for changes" name="intervalMinutes" hint="Everything is read once a day besides.">
        <Select
          options={intervals(known?.intervalMinutes)}
          defaultValue={String(known?.intervalMinutes ?? 15)}
        />
      </Field>
    </>
  );
}

/** The usual ones, and the one that was set by API. */
function intervals(minutes: number | undefined) {
  const usual = Object.entries(SYNC_INTERVALS).map(([value, label]) => ({ value, label }));
  usual.sort((a, b) => Number(a.value) - Number(b.value));
  if (minutes === undefined || usual.some(({ value }) => value === String(minutes))) return usual;
  return [...usual, { value: String(minutes), label: intervalWords(minutes) }];
}

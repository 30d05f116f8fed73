"use client";

import { LdapFields, LdapKindField } from "#components/connections/ldap-fields.tsx";
import type { LdapWords } from "#components/connections/ldap-words.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { SYNC_INTERVALS } from "#lib/directories/shape.ts";
import type { LdapSourceSettings } from "#lib/drivers/ldap-port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { AuthorityCertificate } from "#lib/shared/authority.ts";

interface SourceFieldsProps {
  known?: LdapSourceSettings;
  /** Which it probably is, where nothing is known. */
  kind?: LdapSourceSettings["kind"];
  words: LdapWords;
  readAuthority: (text: string) => Promise<ActionState<AuthorityCertificate[]>>;
  /** How often that is, in words. */
  intervals: (minutes: number) => string;
}

/** Where a directory is read from, and how often. */
export function SourceFields({ known, kind, words, readAuthority, intervals }: SourceFieldsProps) {
  return (
    <>
      <LdapKindField words={words.kind} known={known?.kind ?? kind} />
      <LdapFields words={words} readAuthority={readAuthority} {...(known ? { known } : {})} purpose="sync">
        <Field label={words.group_filter.label} name="groupFilter" hint={words.group_filter.hint} optional>
          <Input
            mono
            defaultValue={known?.groupFilter}
            placeholder="(objectClass=groupOfNames)"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      </LdapFields>
      <Field label={words.interval.label} name="intervalMinutes" hint={words.interval.hint}>
        <Select
          options={choices(known?.intervalMinutes, intervals)}
          defaultValue={String(known?.intervalMinutes ?? 15)}
        />
      </Field>
    </>
  );
}

/** The usual ones, and the one that was set by API. */
function choices(minutes: number | undefined, words: (minutes: number) => string) {
  const usual = Object.keys(SYNC_INTERVALS).map(Number);
  const each = new Set(minutes === undefined ? usual : [...usual, minutes]);
  return [...each].sort((a, b) => a - b).map((one) => ({ value: String(one), label: words(one) }));
}

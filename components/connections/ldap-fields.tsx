"use client";

import { type ReactNode, useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { LdapSettings, LdapSignInSettings } from "#lib/drivers/ldap-port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { AuthorityCertificate } from "#lib/shared/authority.ts";
import { AuthorityField } from "./authority-field.tsx";
import type { LdapWords } from "./ldap-words.ts";

interface LdapFieldsProps {
  words: LdapWords;
  /** What stands already; without it, all is asked anew. */
  known?: LdapSettings;
  /** What the directory is for: its people's passwords, or a list of them. */
  purpose: "sign-in" | "sync";
  readAuthority: (text: string) => Promise<ActionState<AuthorityCertificate[]>>;
  /** Whether a service account has to be named; else it may be. */
  accountOptional?: boolean;
  /** What is asked for first, before the account: how people are recognised. */
  lead?: ReactNode;
  /** What is asked besides, at the right of the filter. */
  children?: ReactNode;
}

const PLACEHOLDER = {
  "sign-in": "(&(objectClass=person)(uid={username}))",
  sync: "(&(objectClass=person)(mail=*))",
};

/** How the site's directory is reached, and who may read it. */
export function LdapFields({ words, known, purpose, readAuthority, ...rest }: LdapFieldsProps) {
  const { accountOptional = false, lead, children } = rest;
  const plain = { autoComplete: "off", spellCheck: false } as const;
  return (
    <>
      <Field label={words.servers.label} name="servers" hint={words.servers.hint} required>
        <Input
          mono
          {...plain}
          defaultValue={known?.servers.join(", ")}
          placeholder="ldaps://dc1.corp.example"
        />
      </Field>
      <AuthorityField words={words.authority} known={known?.caCertificates} read={readAuthority} />
      {lead}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={words.account.label}
          name="bindDn"
          hint={accountOptional ? words.account.hint_direct : words.account.hint}
          required={!accountOptional}
          optional={accountOptional}
        >
          <Input mono {...plain} defaultValue={known?.bindDn} placeholder="cn=sallyport,dc=corp,dc=example" />
        </Field>
        <Field
          label={words.password.label}
          name="bindPassword"
          hint={known ? words.password.hint_kept : words.password.hint_new}
          required={known === undefined && !accountOptional}
          optional={known !== undefined || accountOptional}
        >
          <Input mono type="password" autoComplete="new-password" spellCheck={false} />
        </Field>
        <Field
          label={words.people.label}
          name="baseDn"
          hint={words.people.hint}
          required={!accountOptional}
          optional={accountOptional}
        >
          <Input mono {...plain} defaultValue={known?.baseDn} placeholder="ou=people,dc=corp,dc=example" />
        </Field>
        <Field
          label={words.groups_beneath.label}
          name="groupBaseDn"
          hint={words.groups_beneath.hint}
          optional
        >
          <Input
            mono
            {...plain}
            defaultValue={known?.groupBaseDn}
            placeholder="ou=groups,dc=corp,dc=example"
          />
        </Field>
        <Field
          label={words.filter.label}
          name="userFilter"
          hint={purpose === "sync" ? words.filter.hint_sync : words.filter.hint_sign_in}
          optional
          {...(children ? {} : { className: "sm:col-span-2" })}
        >
          <Input mono {...plain} defaultValue={known?.userFilter} placeholder={PLACEHOLDER[purpose]} />
        </Field>
        {children}
      </div>
    </>
  );
}

interface SignInFieldsProps {
  words: LdapWords;
  known?: LdapSignInSettings;
  readAuthority: LdapFieldsProps["readAuthority"];
}

/** The same for signing in: how people are recognised, and where their groups stand. */
export function LdapSignInFields({ words, known, readAuthority }: SignInFieldsProps) {
  const [mode, setMode] = useState(known?.mode ?? "search");
  return (
    <>
      <LdapFields
        words={words}
        purpose="sign-in"
        accountOptional={mode === "direct"}
        readAuthority={readAuthority}
        {...(known ? { known } : {})}
        lead={
          <>
            <Field label={words.mode.label} name="mode" hint={words.mode.hint}>
              <Select
                value={mode}
                onChange={(event) => setMode(event.currentTarget.value === "direct" ? "direct" : "search")}
                options={[
                  { value: "search", label: words.mode.search },
                  { value: "direct", label: words.mode.direct },
                ]}
              />
            </Field>
            {mode === "direct" && (
              <Field label={words.template.label} name="bindTemplate" hint={words.template.hint} required>
                <Input
                  mono
                  defaultValue={known?.bindTemplate}
                  placeholder="{username}@corp.example"
                  autoComplete="off"
                  spellCheck={false}
                />
              </Field>
            )}
          </>
        }
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={words.groups.label} name="groups" hint={words.groups.hint}>
          <Select
            defaultValue={known?.groups ?? "member_of"}
            options={(["member_of", "search", "matching_rule", "none"] as const).map((value) => ({
              value,
              label: words.groups[value],
            }))}
          />
        </Field>
        <Field label={words.nested.label} name="nestedGroups" hint={words.nested.hint}>
          <Select
            defaultValue={known?.nestedGroups === false ? "off" : "on"}
            options={[
              { value: "on", label: words.nested.on },
              { value: "off", label: words.nested.off },
            ]}
          />
        </Field>
      </div>
    </>
  );
}

interface KindFieldProps {
  words: LdapWords["kind"];
  known?: LdapSettings["kind"] | undefined;
}

/** Which kind of directory it is: each names its entries its own way. */
export function LdapKindField({ words, known }: KindFieldProps) {
  return (
    <Field label={words.label} name="kind">
      <Select
        defaultValue={known}
        options={[
          { value: "active_directory", label: words.active_directory },
          { value: "standard", label: words.standard },
        ]}
      />
    </Field>
  );
}

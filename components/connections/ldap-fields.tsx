"use client";

import type { ReactNode } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { LdapSettings } from "#lib/drivers/ldap-port.ts";

interface LdapFieldsProps {
  /** What stands already; without it, all is asked anew. */
  known?: LdapSettings;
  /** What the directory is for: its people's passwords, or a list of them. */
  purpose: "sign-in" | "sync";
  /** What is asked besides, at the right of the filter. */
  children?: ReactNode;
}

const FILTER = {
  "sign-in": {
    hint: "Who may sign in, and by which name. Without one: user name or e-mail address.",
    placeholder: "(&(objectClass=person)(uid={username}))",
  },
  sync: {
    hint: "Without one: whom the kind of directory calls a person.",
    placeholder: "(&(objectClass=person)(mail=*))",
  },
};

/** How the site's directory is reached, and who may read it. */
export function LdapFields({ known, purpose, children }: LdapFieldsProps) {
  const plain = { autoComplete: "off", spellCheck: false } as const;
  return (
    <>
      <Field
        label="Servers"
        name="servers"
        hint="The next is asked where one does not answer. ldap:// is encrypted too, by StartTLS. Separate them by commas."
        required
      >
        <Input
          mono
          {...plain}
          defaultValue={known?.servers.join(", ")}
          placeholder="ldaps://dc1.corp.example"
        />
      </Field>
      <Field
        label="Certificates of their authority"
        name="caCertificates"
        hint="In PEM. Without any, those that the site’s system trusts."
        optional
      >
        <Textarea
          mono
          rows={4}
          className="max-h-64"
          defaultValue={known?.caCertificates}
          placeholder="-----BEGIN CERTIFICATE-----"
          spellCheck={false}
        />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Service account"
          name="bindDn"
          hint="It finds people, and needs no other right."
          required
        >
          <Input mono {...plain} defaultValue={known?.bindDn} placeholder="cn=sallyport,dc=corp,dc=example" />
        </Field>
        <Field
          label="Password of the account"
          name="bindPassword"
          hint={
            known
              ? "Empty keeps the one that is sealed at the site. Other servers need it again."
              : "Kept sealed at the site, and never shown again."
          }
          required={known === undefined}
          optional={known !== undefined}
        >
          <Input mono type="password" {...plain} />
        </Field>
        <Field label="People beneath" name="baseDn" hint="The base DN." required>
          <Input mono {...plain} defaultValue={known?.baseDn} placeholder="ou=people,dc=corp,dc=example" />
        </Field>
        <Field
          label="Groups beneath"
          name="groupBaseDn"
          hint="Only groups beneath it count. Name it where others may make groups of any name elsewhere."
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
          label="Filter for people"
          name="userFilter"
          hint={FILTER[purpose].hint}
          optional
          {...(children ? {} : { className: "sm:col-span-2" })}
        >
          <Input mono {...plain} defaultValue={known?.userFilter} placeholder={FILTER[purpose].placeholder} />
        </Field>
        {children}
      </div>
    </>
  );
}

/** Which kind of directory it is: each names its entries its own way. */
export function LdapKindField({ known }: { known?: LdapSettings["kind"] }) {
  return (
    <Field label="Kind of directory" name="kind">
      <Select
        defaultValue={known}
        options={[
          { value: "active_directory", label: "Microsoft Active Directory" },
          { value: "standard", label: "Any LDAP directory" },
        ]}
      />
    </Field>
  );
}

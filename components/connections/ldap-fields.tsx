"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

/** How the site's directory is reached, and who may read it. */
export function LdapFields() {
  return (
    <>
      <Field
        label="Servers"
        name="servers"
        hint="The next is asked where one does not answer. ldap:// is encrypted too, by StartTLS. Separate them by commas."
        required
      >
        <Input mono placeholder="ldaps://dc1.corp.example" autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label="Certificates of their authority"
        name="caCertificates"
        hint="In PEM. Without any, those that the site’s system trusts."
        optional
      >
        <Textarea mono rows={4} placeholder="-----BEGIN CERTIFICATE-----" spellCheck={false} />
      </Field>
      <Field label="Service account" name="bindDn" hint="It finds people, and needs no other right." required>
        <Input
          mono
          placeholder="cn=sallyport,ou=services,dc=corp,dc=example"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field
        label="Password of the account"
        name="bindPassword"
        hint="Kept sealed at the site, and never shown again."
        required
      >
        <Input mono type="password" autoComplete="off" spellCheck={false} />
      </Field>
      <Field label="People beneath" name="baseDn" hint="The base DN." required>
        <Input mono placeholder="ou=people,dc=corp,dc=example" autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label="Groups beneath"
        name="groupBaseDn"
        hint="Only groups beneath it count. Name it where others may make groups of any name elsewhere."
        optional
      >
        <Input mono placeholder="ou=groups,dc=corp,dc=example" autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label="Filter for people"
        name="userFilter"
        hint="Who may sign in, and by which name. Without one: user name or e-mail address."
        optional
      >
        <Input
          mono
          placeholder="(&(objectClass=person)(uid={username}))"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
    </>
  );
}

"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { inspectIssuerAction, inspectMetadataAction, readAuthorityAction } from "#lib/connections/actions.ts";
import { CONSOLE_INTAKE_WORDS } from "./console-intake-words.ts";
import { IssuerIntake } from "./issuer-intake.tsx";
import { LdapSignInFields } from "./ldap-fields.tsx";
import { LDAP_WORDS } from "./ldap-words.ts";
import { MetadataIntake } from "./metadata-intake.tsx";

export type Source = "metadata" | "fields" | "oidc" | "ldap";

/** What the identity provider says of itself, in the form it is at hand. */
export function ProviderFields({ source, environmentId }: { source: Source; environmentId: string }) {
  if (source === "metadata")
    return (
      <MetadataIntake
        words={CONSOLE_INTAKE_WORDS}
        inspect={(given) => inspectMetadataAction({ environmentId, ...given })}
      />
    );
  if (source === "oidc") return <OidcFields environmentId={environmentId} />;
  if (source === "ldap") return <LdapSignInFields words={LDAP_WORDS} readAuthority={readAuthorityAction} />;
  return (
    <>
      <Field label="Entity ID" name="entityId" hint="Also called issuer." required>
        <Input mono autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label="Sign-in URL"
        name="signInUrl"
        hint="Also called single sign-on URL or login URL."
        required
      >
        <Input mono placeholder="https://idp.example.com/sso" autoComplete="off" spellCheck={false} />
      </Field>
      <Field label="Signing certificates" name="certificates" hint="In PEM, one below the other." required>
        <Textarea mono rows={5} placeholder="-----BEGIN CERTIFICATE-----" spellCheck={false} />
      </Field>
    </>
  );
}

/** Options that only SAML has. */
export function SamlOptions() {
  return (
    <div className="grid gap-2.5">
      <Checkbox
        name="signRequests"
        label="Sign requests"
        hint="Where the provider asks for signed requests."
      />
      <Checkbox
        name="idpInitiated"
        label="Accept sign-ins that the provider starts"
        hint="Convenient for app launchers, and weaker: such a sign-in answers no request of ours. Off unless needed."
      />
    </div>
  );
}

function OidcFields({ environmentId }: { environmentId: string }) {
  return (
    <>
      <IssuerIntake
        words={CONSOLE_INTAKE_WORDS}
        inspect={(issuer) => inspectIssuerAction({ environmentId, issuer })}
      />
      <Field label="Client ID" name="clientId" required>
        <Input mono autoComplete="off" spellCheck={false} />
      </Field>
      <Field
        label="Client secret"
        name="clientSecret"
        hint="Kept sealed at the site, and never shown again."
        required
      >
        <Input mono type="password" autoComplete="off" spellCheck={false} />
      </Field>
    </>
  );
}

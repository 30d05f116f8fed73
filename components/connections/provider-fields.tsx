"use client";

import { useState } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { LdapFields } from "./ldap-fields.tsx";
import { MetadataReading } from "./metadata-reading.tsx";

export type Source = "file" | "url" | "fields" | "oidc" | "ldap";

/** What the identity provider says of itself, in the form it is at hand. */
export function ProviderFields({ source, environmentId }: { source: Source; environmentId: string }) {
  if (source === "file") return <MetadataFile environmentId={environmentId} />;
  if (source === "url") return <MetadataUrl environmentId={environmentId} />;
  if (source === "oidc") return <OidcFields />;
  if (source === "ldap") return <LdapFields purpose="sign-in" />;
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

function MetadataFile({ environmentId }: { environmentId: string }) {
  const [xml, setXml] = useState("");
  return (
    <>
      <Field
        label="Metadata file"
        hint="The XML file that the provider offers for download. Or paste it below."
      >
        <Input
          type="file"
          accept=".xml,text/xml,application/xml,application/samlmetadata+xml"
          className="py-1"
          onChange={(event) => void event.currentTarget.files?.[0]?.text().then(setXml)}
        />
      </Field>
      <Field label="Metadata" name="metadataXml" required>
        <Textarea
          mono
          rows={5}
          className="max-h-64"
          value={xml}
          spellCheck={false}
          onChange={(event) => setXml(event.currentTarget.value)}
        />
      </Field>
      <MetadataReading input={xml ? { environmentId, source: "file", metadataXml: xml } : null} />
    </>
  );
}

function MetadataUrl({ environmentId }: { environmentId: string }) {
  const [url, setUrl] = useState("");
  return (
    <>
      <Field
        label="Metadata URL"
        name="metadataUrl"
        hint="Fetched once, by the environment itself, so it must be reachable from the site."
        required
      >
        <Input
          mono
          value={url}
          placeholder="https://idp.example.com/metadata"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
      </Field>
      <MetadataReading input={url ? { environmentId, source: "url", metadataUrl: url } : null} />
    </>
  );
}

function OidcFields() {
  return (
    <>
      <Field label="Issuer" name="issuer" hint="Its endpoints and keys are found from there." required>
        <Input mono placeholder="https://idp.example.com" autoComplete="off" spellCheck={false} />
      </Field>
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

"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Select } from "#components/ui/select.tsx";
import { createConnectionAction } from "#lib/connections/actions.ts";
import { PROVIDERS } from "#lib/connections/providers.ts";
import { OrganizationFields } from "./organization-fields.tsx";
import { ProviderFields, SamlOptions, type Source } from "./provider-fields.tsx";

interface NewConnectionFormProps {
  deploymentId: string;
  environmentId: string;
  organizations: { id: string; name: string }[];
}

/** Asks for what a connection needs, in the form the provider gives it. */
export function NewConnectionForm({ deploymentId, environmentId, organizations }: NewConnectionFormProps) {
  const router = useRouter();
  const [source, setSource] = useState<Source>("metadata");
  const back = `/deployments/${deploymentId}/connections`;
  const protocol = source === "oidc" || source === "ldap" ? source : "saml";
  return (
    <Form
      action={createConnectionAction}
      onDone={(carried) => {
        sayCarried("The connection is made, as a draft. Test it, then activate it.")(carried);
        router.push((carried.state === "done" ? `${back}/${carried.targetId}` : back) as Route);
      }}
    >
      <input type="hidden" name="environmentId" value={environmentId} />
      <Card title="Who signs in">
        <div className="grid gap-4">
          <OrganizationFields organizations={organizations}>
            <Field
              label="Email domains"
              name="domains"
              hint="People with these domains are sent to this provider, and nobody with another gets in through it. Separate them by commas."
              optional
            >
              <Input mono placeholder="contoso.example" autoComplete="off" spellCheck={false} />
            </Field>
          </OrganizationFields>
          <Field label="Name of the connection" name="name" required>
            <Input placeholder="Contoso Okta" autoComplete="off" />
          </Field>
        </div>
      </Card>
      <Card title="Their identity provider">
        <div className="grid gap-4">
          <Field label="What you have from it" name="source">
            <RadioGroup
              look="cards"
              className="sm:grid-cols-2"
              options={SOURCES}
              value={source}
              onValueChange={(next) => setSource(next as Source)}
            />
          </Field>
          <Field label="Provider" name="type">
            <Select
              key={protocol}
              options={Object.entries(PROVIDERS[protocol]).map(([value, label]) => ({ value, label }))}
            />
          </Field>
          <ProviderFields key={source} source={source} environmentId={environmentId} />
          {protocol === "saml" && <SamlOptions />}
        </div>
      </Card>
      <FormActions>
        <LinkButton href={back as Route}>Cancel</LinkButton>
        <SubmitButton>Create connection</SubmitButton>
      </FormActions>
    </Form>
  );
}

const SOURCES = [
  {
    value: "metadata",
    label: "SAML metadata",
    hint: "A file, its URL or its text: the surest way, nothing is typed by hand.",
  },
  { value: "fields", label: "SAML values", hint: "Entity ID, sign-in URL and certificate." },
  {
    value: "ldap",
    label: "LDAP or Active Directory",
    hint: "A server at the site, and an account that reads it.",
  },
  { value: "oidc", label: "OpenID Connect issuer", hint: "Issuer, client ID and client secret." },
];

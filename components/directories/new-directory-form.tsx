"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { LDAP_WORDS } from "#components/connections/ldap-words.ts";
import { OrganizationFields } from "#components/connections/organization-fields.tsx";
import { sayCarried } from "#components/operations/carried.ts";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Select } from "#components/ui/select.tsx";
import { readAuthorityAction } from "#lib/connections/actions.ts";
import { createDirectoryAction } from "#lib/directories/actions.ts";
import type { DirectoryMade } from "#lib/directories/commands.ts";
import { DIRECTORY_PROVIDERS } from "#lib/directories/providers.ts";
import { intervalWords } from "#lib/directories/shape.ts";
import { DirectoryOptionFields } from "./directory-options.tsx";
import { SourceFields } from "./source-fields.tsx";
import { TokenShown } from "./token-shown.tsx";

interface NewDirectoryFormProps {
  deploymentId: string;
  environmentId: string;
  organizations: { id: string; name: string }[];
}

/** Has a directory made, and shows once what its provider needs. */
export function NewDirectoryForm({ deploymentId, environmentId, organizations }: NewDirectoryFormProps) {
  const router = useRouter();
  const [made, setMade] = useState<{ id: string; token: string; endpoint: string | null } | null>(null);
  const [source, setSource] = useState("scim");
  const back = `/deployments/${deploymentId}/directories`;
  if (made)
    return (
      <Card title="Two values for the provider">
        <div className="grid gap-4">
          <TokenShown endpoint={made.endpoint} token={made.token} />
          <FormActions>
            <LinkButton variant="primary" href={`${back}/${made.id}` as Route}>
              I have copied both
            </LinkButton>
          </FormActions>
        </div>
      </Card>
    );
  return (
    <Form
      action={createDirectoryAction}
      onDone={(done: DirectoryMade) => {
        if (done.state === "done" && done.token !== null)
          return setMade({ id: done.targetId, token: done.token, endpoint: done.endpoint });
        sayCarried(
          source === "ldap" ? "The directory is made, and is being read." : "The directory is made.",
        )(done);
        router.push((done.state === "done" ? `${back}/${done.targetId}` : back) as Route);
      }}
    >
      <input type="hidden" name="environmentId" value={environmentId} />
      <Card title="Whose people">
        <div className="grid gap-4">
          <OrganizationFields organizations={organizations} hint="Whose people and groups it holds." />
          <Field label="Name of the directory" name="name" required>
            <Input placeholder="Contoso staff" autoComplete="off" />
          </Field>
        </div>
      </Card>
      <Card title="Where they come from">
        <div className="grid gap-4">
          <Field label="How they get here" name="source">
            <RadioGroup
              look="cards"
              className="sm:grid-cols-2"
              options={SOURCES}
              value={source}
              onValueChange={setSource}
            />
          </Field>
          {source === "scim" ? (
            <ScimProvider />
          ) : (
            <SourceFields words={LDAP_WORDS} readAuthority={readAuthorityAction} intervals={intervalWords} />
          )}
        </div>
      </Card>
      <Card title="What becomes of them">
        <div className="grid gap-4">
          <DirectoryOptionFields initial={{ deactivated: "delete", provisioning: false }} />
        </div>
      </Card>
      <FormActions>
        <LinkButton href={back as Route}>Cancel</LinkButton>
        <SubmitButton>Create directory</SubmitButton>
      </FormActions>
    </Form>
  );
}

function ScimProvider() {
  return (
    <Field label="Provider" name="type">
      <Select options={Object.entries(DIRECTORY_PROVIDERS).map(([value, label]) => ({ value, label }))} />
    </Field>
  );
}

const SOURCES = [
  {
    value: "scim",
    label: "Their provider sends them",
    hint: "By SCIM, from inside the site’s own network.",
  },
  {
    value: "ldap",
    label: "Read from LDAP or Active Directory",
    hint: "A server at the site, and an account that reads it.",
  },
];

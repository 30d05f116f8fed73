"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { sayCarried } from "#components/operations/carried.ts";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { addDomainAction } from "#lib/domains/actions.ts";
import type { Carried } from "#lib/platform/outbox.ts";

interface AddDomainFormProps {
  deploymentId: string;
  environmentId: string;
  organizations: { id: string; name: string }[];
}

/** Adds a domain to an organization, and leads on to the record that proves it. */
export function AddDomainForm({ deploymentId, environmentId, organizations }: AddDomainFormProps) {
  const router = useRouter();
  const back = `/deployments/${deploymentId}/domains`;
  return (
    <Form
      action={addDomainAction}
      onDone={(carried: Carried) => {
        sayCarried("The domain is added.")(carried);
        router.push((carried.state === "done" ? `${back}?domain=${carried.targetId}` : back) as Route);
      }}
    >
      <input type="hidden" name="environmentId" value={environmentId} />
      <Card>
        <div className="grid gap-4">
          <Field label="Organization" name="organizationId" hint="Whose people have addresses there.">
            <Select options={organizations.map(({ id, name }) => ({ value: id, label: name }))} />
          </Field>
          <Field
            label="Domain"
            name="domain"
            required
            hint="The part behind the @ of their addresses. Names that are known only inside the site are as good."
          >
            <Input
              mono
              placeholder="example.com"
              autoComplete="off"
              spellCheck={false}
              autoCapitalize="none"
            />
          </Field>
        </div>
      </Card>
      <FormActions>
        <LinkButton href={back as Route}>Cancel</LinkButton>
        <SubmitButton>Add domain</SubmitButton>
      </FormActions>
    </Form>
  );
}

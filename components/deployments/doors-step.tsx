"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import { draftRulePackAction } from "#lib/change-requests/actions.ts";
import { type PackDoor, PackPreview } from "./pack-preview.tsx";

interface DoorsStepProps {
  deploymentId: string;
  pack: { name: string; summary: string; doors: readonly PackDoor[] };
  /** What only the site knows. */
  questions: readonly { name: string; label: string; hint: string }[];
  /** Why this deployment needs no pack; null when it does. */
  whyNone: string | null;
  rulesInForce: number;
  may: boolean;
}

/** Third step: the doors to open, each with what stops without it, and the change request that asks for them. */
export function DoorsStep({ deploymentId, pack, questions, whyNone, rulesInForce, may }: DoorsStepProps) {
  const router = useRouter();
  const overview = `/deployments/${deploymentId}` as Route;
  const finish = (
    <LinkButton variant={whyNone ? "primary" : "secondary"} href={overview}>
      {whyNone ? "Go to the deployment" : "Later"}
    </LinkButton>
  );
  if (whyNone) {
    return (
      <div className="grid gap-4">
        <Callout tone="positive" title="No door to open.">
          {whyNone}
        </Callout>
        <FormActions>{finish}</FormActions>
      </div>
    );
  }
  return (
    <Form
      action={draftRulePackAction}
      onDone={({ requestId, number }) => {
        toast(`Change request ${number} is drafted.`);
        router.push(`/deployments/${deploymentId}/allowlist/requests/${requestId}` as Route);
      }}
    >
      <input type="hidden" name="deploymentId" value={deploymentId} />
      {rulesInForce > 0 && (
        <Callout title={`${rulesInForce} rules are in force already.`}>
          Applying the pack adds only what they do not cover.
        </Callout>
      )}
      <PackPreview {...pack} />
      <div className="grid gap-4 md:grid-cols-3">
        {questions.map(({ name, label, hint }) => (
          <Field key={name} label={label} name={name} optional hint={hint}>
            <Input mono autoComplete="off" spellCheck={false} />
          </Field>
        ))}
      </div>
      <div className="grid gap-4 md:grid-cols-3">
        <Field label="Owner" name="ownerName" optional hint="Who answers for these rules.">
          <Input autoComplete="off" maxLength={120} />
        </Field>
        <Field label="Ticket" name="ticket" optional>
          <Input mono autoComplete="off" maxLength={120} />
        </Field>
      </div>
      <FormActions>
        {finish}
        {may && <SubmitButton>Draft change request</SubmitButton>}
      </FormActions>
    </Form>
  );
}

"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Questions } from "#components/allowlist/capabilities/questions.tsx";
import { GROUP_WORDS, GROUPS } from "#components/allowlist/packs/words.ts";
import { Badge } from "#components/ui/badge.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.ts";
import type { PackGroup } from "#lib/allowlist/packs/pack.ts";
import { QUESTIONS, type QuestionId } from "#lib/allowlist/packs/questions.ts";
import type { ShownDoor } from "#lib/allowlist/packs/shown.ts";
import { draftCapabilitiesAction } from "#lib/change-requests/capabilities/actions.ts";

interface PackChoice {
  id: string;
  name: string;
  group: PackGroup;
  summary: string;
  /** A site of this mode has it unless somebody says otherwise. */
  usual: boolean;
  questions: readonly QuestionId[];
  doors: readonly ShownDoor[];
}

interface DoorsStepProps {
  deploymentId: string;
  /** The capabilities that a site of this mode may have. */
  packs: readonly PackChoice[];
  /** What is different about this site, in a sentence. */
  about: string | null;
  rulesInForce: number;
  may: boolean;
}

/** Third step: what the site is to do across its boundary, and the change request that asks for the doors of it. */
export function DoorsStep({ deploymentId, packs, about, rulesInForce, may }: DoorsStepProps) {
  const router = useRouter();
  const [chosen, setChosen] = useState(() => new Set(packs.filter(({ usual }) => usual).map(({ id }) => id)));
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const asked = new Set(packs.filter(({ id }) => chosen.has(id)).flatMap(({ questions }) => questions));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <Form
      action={draftCapabilitiesAction}
      onDone={({ requestId, number }) => {
        toast(`Change request ${number} is drafted.`);
        router.push(`/deployments/${deploymentId}/allowlist/requests/${requestId}` as Route);
      }}
    >
      <input type="hidden" name="deploymentId" value={deploymentId} />
      {about && (
        <Callout tone="positive" title={about}>
          What else it needs beyond its boundary can be ticked here, or later on its allowlist.
        </Callout>
      )}
      {rulesInForce > 0 && (
        <Callout
          title={
            rulesInForce === 1 ? "1 rule is in force already." : `${rulesInForce} rules are in force already.`
          }
        >
          The request adds only what is missing.
        </Callout>
      )}
      {GROUPS.map((group) => {
        const some = packs.filter((pack) => pack.group === group);
        return (
          some.length > 0 && (
            <Card key={group} title={GROUP_WORDS[group].name} description={GROUP_WORDS[group].about} flush>
              <ul className="grid lg:grid-cols-2 lg:gap-x-8">
                {some.map((pack) => (
                  <li
                    key={pack.id}
                    className="grid min-w-0 content-start gap-1 border-line border-b px-4 py-2.5"
                  >
                    <Checkbox
                      name="capabilities[]"
                      value={pack.id}
                      label={<span className="font-medium">{pack.name}</span>}
                      hint={pack.summary}
                      checked={chosen.has(pack.id)}
                      onChange={() => toggle(pack.id)}
                    />
                    {chosen.has(pack.id) && <DoorLines doors={pack.doors} />}
                  </li>
                ))}
              </ul>
            </Card>
          )
        );
      })}
      {asked.size > 0 && (
        <Card
          title="What only the site knows"
          description="Left empty, the doors that hang on it are left out."
        >
          <div className="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
            <Questions
              ids={(Object.keys(QUESTIONS) as QuestionId[]).filter((id) => asked.has(id))}
              answers={answers}
              onAnswer={(id, text) => setAnswers({ ...answers, [id]: text })}
            />
          </div>
        </Card>
      )}
      <div className="grid gap-4 md:grid-cols-3">
        <Field label="Owner" name="ownerName" optional hint="Who answers for these rules.">
          <Input autoComplete="off" maxLength={120} />
        </Field>
        <Field label="Ticket" name="ticket" optional>
          <Input mono autoComplete="off" maxLength={120} />
        </Field>
      </div>
      <FormActions>
        <LinkButton
          variant={chosen.size === 0 ? "primary" : "secondary"}
          href={`/deployments/${deploymentId}` as Route}
        >
          {chosen.size === 0 ? "Go to the deployment" : "Later"}
        </LinkButton>
        {may && <SubmitButton disabled={chosen.size === 0}>Draft change request</SubmitButton>}
      </FormActions>
    </Form>
  );
}

/** The doors of one pack in short, each with what stops without it. */
function DoorLines({ doors }: { doors: readonly ShownDoor[] }) {
  return (
    <ul className="grid gap-1 pl-6.5 text-xs">
      {doors.map(({ id, direction, traffic, peer, asked, byBrowser, without }) => (
        <li key={id}>
          <span className="flex flex-wrap items-center gap-x-1.5">
            <code>
              {direction === "egress" ? "Out" : "In"} {traffic}
            </code>
            <span>
              {direction === "egress" ? "to" : "from"} {asked ? `what is named as “${peer}”` : peer}
            </span>
            {byBrowser && <Badge tone="accent">Users' browsers</Badge>}
          </span>
          <span className="block text-muted">Without it: {without}</span>
        </li>
      ))}
    </ul>
  );
}

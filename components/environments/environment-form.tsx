"use client";

import { type ReactNode, useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Callout } from "#components/ui/callout.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Select } from "#components/ui/select.tsx";
import { toast } from "#components/ui/toast.ts";
import { adoptEnvironmentAction, createEnvironmentAction } from "#lib/environments/actions.ts";
import type { EnvironmentChoices } from "#lib/environments/queries.ts";
import type { ServiceChoice } from "#lib/services/queries.ts";

interface EnvironmentFormProps {
  deploymentId: string;
  choices: EnvironmentChoices;
  services: ServiceChoice[];
  onDone: (environmentId: string) => void;
  /** The button that leaves without an environment. */
  leave: ReactNode;
}

type Way = "offline" | "paste" | "workos";

/** Asks where an environment lives, and makes it there or takes over one that exists. */
export function EnvironmentForm({ deploymentId, choices, services, onDone, leave }: EnvironmentFormProps) {
  const ways = waysOf(choices);
  const [way, setWay] = useState<Way>(ways[0]?.value ?? "offline");
  return (
    <div className="grid gap-4">
      {ways.length > 1 && (
        <RadioGroup
          aria-label="Where it lives"
          look="cards"
          options={ways}
          value={way}
          onValueChange={(next) => setWay(next as Way)}
        />
      )}
      {way === "paste" ? (
        <Form
          action={adoptEnvironmentAction}
          onDone={({ environmentId }: { environmentId: string }) => {
            toast("The environment answers, and is added.");
            onDone(environmentId);
          }}
        >
          <Common deploymentId={deploymentId} />
          <Field label="Client ID" name="clientId" hint="In the WorkOS dashboard, under API Keys." required>
            <Input mono placeholder="client_…" autoComplete="off" spellCheck={false} />
          </Field>
          <Field
            label="API key"
            name="key"
            hint="Checked with one call, then kept sealed. It is never shown again."
            required
          >
            <Input mono type="password" placeholder="sk_…" autoComplete="off" spellCheck={false} />
          </Field>
          <Buttons verb="Check and add" leave={leave} />
        </Form>
      ) : way === "offline" && services.length === 0 ? (
        <>
          <Callout tone="caution" title="No identity service is registered.">
            The one of this installation registers itself as soon as it runs. Others are registered under
            Settings.
          </Callout>
          <FormActions>{leave}</FormActions>
        </>
      ) : (
        <Form
          action={createEnvironmentAction}
          onDone={(made) => {
            sayCarried("The environment is ready.")(made);
            onDone(made.environmentId);
          }}
        >
          <input type="hidden" name="driver" value={way} />
          <Common deploymentId={deploymentId} />
          {way === "offline" && (
            <Field label="Identity service" name="serviceId" required>
              <Select
                options={services.map(({ id, name, baseUrl }) => ({
                  value: id,
                  label: `${name} (${baseUrl})`,
                }))}
                defaultValue={services[0]?.id}
              />
            </Field>
          )}
          <Buttons verb="Create environment" leave={leave} />
        </Form>
      )}
    </div>
  );
}

function Common({ deploymentId }: { deploymentId: string }) {
  return (
    <>
      <input type="hidden" name="deploymentId" value={deploymentId} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" name="name" required>
          <Input placeholder="Production" autoComplete="off" />
        </Field>
        <Field label="Kind" name="kind">
          <Select
            options={[
              { value: "production", label: "Production" },
              { value: "staging", label: "Staging" },
            ]}
          />
        </Field>
      </div>
    </>
  );
}

function Buttons({ verb, leave }: { verb: string; leave: ReactNode }) {
  return (
    <FormActions>
      {leave}
      <SubmitButton>{verb}</SubmitButton>
    </FormActions>
  );
}

function waysOf({
  drivers,
  canMakeAtWorkos,
}: EnvironmentChoices): { value: Way; label: string; hint: string }[] {
  return [
    ...(drivers.includes("offline")
      ? [
          {
            value: "offline" as const,
            label: "Offline identity service",
            hint: "Runs beside the application, at the site. Needs no Internet.",
          },
        ]
      : []),
    ...(drivers.includes("workos") && canMakeAtWorkos
      ? [
          {
            value: "workos" as const,
            label: "New at WorkOS",
            hint: "Made in WorkOS's cloud through the Platform API.",
          },
        ]
      : []),
    ...(drivers.includes("workos")
      ? [
          {
            value: "paste" as const,
            label: "Existing at WorkOS",
            hint: "Paste the client id and a key of an environment you have made there.",
          },
        ]
      : []),
  ];
}

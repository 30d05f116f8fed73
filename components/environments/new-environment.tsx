"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Select } from "#components/ui/select.tsx";
import { toast } from "#components/ui/toast.ts";
import { adoptEnvironmentAction, createEnvironmentAction } from "#lib/environments/actions.ts";
import type { EnvironmentChoices } from "#lib/environments/queries.ts";
import type { ServiceChoice } from "#lib/services/queries.ts";

interface NewEnvironmentProps {
  deploymentId: string;
  choices: EnvironmentChoices;
  services: ServiceChoice[];
  trigger: ReactNode;
}

type Way = "offline" | "paste" | "workos";

/** Asks where an environment lives, and makes it there or takes over one that exists. */
export function NewEnvironment({ deploymentId, choices, services, trigger }: NewEnvironmentProps) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const ways = waysOf(choices);
  const [way, setWay] = useState<Way>(ways[0]?.value ?? "offline");
  const done = (environmentId: string) => {
    setOpen(false);
    router.push(`/deployments/${deploymentId}/environments?environment=${environmentId}`);
  };
  return (
    <Dialog
      trigger={trigger}
      open={open}
      onOpenChange={setOpen}
      title="New environment"
      description="Its client id, keys and redirect URIs are its own: nothing is shared with another deployment."
    >
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
              done(environmentId);
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
            <Buttons verb="Check and add" />
          </Form>
        ) : way === "offline" && services.length === 0 ? (
          <Callout tone="caution" title="No identity service is registered.">
            The one of this installation registers itself as soon as it runs. Others are registered under
            Settings.
          </Callout>
        ) : (
          <Form
            action={createEnvironmentAction}
            onDone={(made) => {
              sayCarried("The environment is ready.")(made);
              done(made.environmentId);
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
            <Buttons verb="Create environment" />
          </Form>
        )}
      </div>
    </Dialog>
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

function Buttons({ verb }: { verb: string }) {
  return (
    <FormActions>
      <DialogClose>
        <Button>Cancel</Button>
      </DialogClose>
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

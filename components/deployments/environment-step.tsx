"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { EnvironmentForm } from "#components/environments/environment-form.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { EnvironmentChoices } from "#lib/environments/queries.ts";
import type { ServiceChoice } from "#lib/services/queries.ts";

interface EnvironmentStepProps {
  deploymentId: string;
  choices: EnvironmentChoices;
  services: ServiceChoice[];
  /** Those it has by now. */
  environments: readonly { id: string; name: string; state: string; stateReason: string }[];
}

/** Second step: the walled-off environment, made or taken over. What failed can be tried again; nothing before it is lost. */
export function EnvironmentStep({ deploymentId, choices, services, environments }: EnvironmentStepProps) {
  const router = useRouter();
  const doors = `/deployments/new?deployment=${deploymentId}&step=doors` as Route;
  return (
    <div className="grid max-w-2xl gap-4">
      {environments.map(({ id, name, state, stateReason }) => (
        <Callout
          key={id}
          tone={state === "active" ? "positive" : "caution"}
          title={state === "active" ? `${name} is ready.` : `${name} is not ready yet.`}
          action={
            <LinkButton size="sm" variant="primary" href={doors}>
              Continue
            </LinkButton>
          }
        >
          {stateReason}
        </Callout>
      ))}
      <EnvironmentForm
        deploymentId={deploymentId}
        choices={choices}
        services={services}
        onDone={() => router.replace(doors)}
        leave={<LinkButton href={doors}>Later</LinkButton>}
      />
    </div>
  );
}

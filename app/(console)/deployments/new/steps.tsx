import { DoorsStep } from "#components/deployments/doors-step.tsx";
import { EnvironmentStep } from "#components/deployments/environment-step.tsx";
import { SiteStep } from "#components/deployments/site-step.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { newestVersion, PACKS, usualPacks } from "#lib/allowlist/packs/index.ts";
import { questionsOf } from "#lib/allowlist/packs/pack.ts";
import { shownDoor } from "#lib/allowlist/packs/shown.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { capabilitiesOf, MODES } from "#lib/deployments/capabilities.ts";
import { getDeploymentOverview } from "#lib/deployments/overview.ts";
import type { getDeployment } from "#lib/deployments/queries.ts";
import { getEnvironmentChoices } from "#lib/environments/queries.ts";
import { listServicesFor } from "#lib/services/queries.ts";

type Deployment = Awaited<ReturnType<typeof getDeployment>>;

const modes = MODES.map((facts) => ({ ...facts, capabilities: capabilitiesOf(facts.mode, []) }));

export async function Site({
  actor,
  customerId,
  deployment,
}: {
  actor: Actor;
  customerId?: string;
  deployment?: Deployment;
}) {
  if (deployment) return <SiteStep customers={[]} modes={modes} deployment={deployment} />;
  const customers = await listCustomerChoices(actor, { chosen: customerId ? [customerId] : [] });
  if (customers.length > 0) return <SiteStep customers={customers} customerId={customerId} modes={modes} />;
  return (
    <div className="rounded-lg border border-line bg-surface">
      <EmptyState
        title="No customer to deploy for."
        action={<LinkButton href="/customers">Go to customers</LinkButton>}
      >
        A deployment belongs to a customer. Add the customer first.
      </EmptyState>
    </div>
  );
}

export async function Environment({ actor, deployment }: { actor: Actor; deployment: Deployment }) {
  const { id, customerId } = deployment;
  const [choices, services, { environments }] = await Promise.all([
    getEnvironmentChoices(actor, id),
    listServicesFor(actor, customerId),
    getDeploymentOverview(actor, id),
  ]);
  return (
    <EnvironmentStep deploymentId={id} choices={choices} services={services} environments={environments} />
  );
}

export async function Doors({ actor, deployment }: { actor: Actor; deployment: Deployment }) {
  const { id, mode } = deployment;
  const { environments, rules } = await getDeploymentOverview(actor, id);
  const isLocal = environments.length > 0 && environments.every(({ driver }) => driver === "offline");
  const usual = usualPacks(mode, isLocal);
  return (
    <DoorsStep
      deploymentId={id}
      packs={PACKS.filter(({ modes }) => typeof modes[mode] === "string").map((pack) => ({
        ...{ id: pack.id, name: pack.name, group: pack.group, summary: pack.summary },
        usual: usual.includes(pack),
        questions: questionsOf(newestVersion(pack)),
        doors: newestVersion(pack).rules.map((rule, index) => shownDoor(rule, index)),
      }))}
      about={isLocal || mode === "air_gapped" ? LOCAL : null}
      rulesInForce={rules.length}
      may={actor.can("change_request.draft")}
    />
  );
}

const LOCAL = "Sign-in at this site is local, so it needs no door to WorkOS.";

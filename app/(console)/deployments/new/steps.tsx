import { DoorsStep } from "#components/deployments/doors-step.tsx";
import { EnvironmentStep } from "#components/deployments/environment-step.tsx";
import { SiteStep } from "#components/deployments/site-step.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { PACK_QUESTIONS, type PackRule, rulePackFor } from "#lib/allowlist/packs.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
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
  const { environments, rules } = await getDeploymentOverview(actor, deployment.id);
  const { name, summary, rules: packRules } = rulePackFor(deployment.mode);
  const local = environments.length > 0 && environments.every(({ driver }) => driver === "offline");
  return (
    <DoorsStep
      deploymentId={deployment.id}
      pack={{ name, summary, doors: packRules.map(doorOf) }}
      questions={Object.entries(PACK_QUESTIONS).map(([question, { label, hint }]) => ({
        name: question,
        label,
        hint,
      }))}
      whyNone={
        deployment.mode === "air_gapped"
          ? summary
          : local
            ? "Sign-in at this site is local, so it needs no door to WorkOS. Other doors are added on its allowlist."
            : null
      }
      rulesInForce={rules.length}
      may={actor.can("change_request.draft")}
    />
  );
}

function doorOf(rule: PackRule, index: number) {
  const { direction, protocol, port, peer, hosts, carriedBy, purpose, without } = rule;
  const other =
    "set" in peer
      ? (BUILT_IN_SETS.find(({ slug }) => slug === peer.set)?.name ?? peer.set)
      : PACK_QUESTIONS[peer.ask].label;
  const traffic = `${protocol.toUpperCase()} ${port}`;
  const byBrowser = carriedBy === "user_browser";
  return {
    id: String(index),
    direction,
    traffic,
    peer: other,
    hosts,
    asked: "ask" in peer,
    byBrowser,
    purpose,
    without,
  };
}

import { BoundaryPicture } from "#components/deployments/boundary-picture.tsx";
import { CapabilityTable } from "#components/deployments/capability-table.tsx";
import { DeploymentFacts } from "#components/deployments/deployment-facts.tsx";
import { RecentEvents } from "#components/deployments/recent-events.tsx";
import { SetUpChecklist } from "#components/deployments/set-up-checklist.tsx";
import { Card } from "#components/ui/card.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { drawBoundary } from "#lib/deployments/boundary.ts";
import { capabilitiesOf, MODES, meaningOf } from "#lib/deployments/capabilities.ts";
import { getDeploymentOverview } from "#lib/deployments/overview.ts";
import { type SetUpStepId, setUpSteps } from "#lib/deployments/policy.ts";
import { getDeployment } from "#lib/deployments/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { recentEvents } from "../../recent-events.ts";

export default async function DeploymentPage({ params }: PageProps<"/deployments/[deploymentId]">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const [deployment, overview, events] = await Promise.all([
    orNotFound(() => getDeployment(actor, deploymentId)),
    orNotFound(() => getDeploymentOverview(actor, deploymentId)),
    recentEvents(actor, { deploymentId }, 8),
  ]);
  const { mode, productVersion } = deployment;
  const { environments, connections, rules } = overview;
  const drivers = [...new Set(environments.map(({ driver }) => driver))];
  const services = [...new Set(environments.flatMap(({ serviceName }) => serviceName ?? []))];
  const boundary = drawBoundary({ mode, drivers, productVersion, services, connections, rules });
  const steps = setUpSteps(overview.setUp).map((step) => ({
    ...step,
    href: stepHref(deploymentId, step.id),
  }));
  const isSetUp = steps.every((step) => step.done);
  const { name } = MODES.find((one) => one.mode === mode) ?? MODES[0];
  const last = actor.can("audit.read") && (
    <RecentEvents title="Last events" events={events} allHref={`/deployments/${deploymentId}/audit`} />
  );
  return (
    <div className="grid gap-5">
      <BoundaryPicture boundary={boundary} summary={meaningOf(mode, drivers)} />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        {isSetUp ? last : <SetUpChecklist steps={steps} />}
        <DeploymentFacts deployment={deployment} />
      </div>
      <Card
        title="What works at this site"
        description={`${name}: each capability, how it is done here, and the doors it needs.`}
        flush
      >
        <CapabilityTable rows={capabilitiesOf(mode, drivers)} />
      </Card>
      {!isSetUp && last}
    </div>
  );
}

function stepHref(deploymentId: string, step: SetUpStepId): string {
  const at = `/deployments/${deploymentId}`;
  switch (step) {
    case "environment":
      return `/deployments/new?deployment=${deploymentId}&step=environment`;
    case "doors":
      return `/deployments/new?deployment=${deploymentId}&step=doors`;
    case "redirect_uri":
    case "key":
      return `${at}/environments`;
    case "connection":
    case "activate":
    case "sign_in":
      return `${at}/connections`;
  }
}

import type { Metadata, Route } from "next";
import { WaitingRequests } from "#components/change-requests/waiting-requests.tsx";
import { RecentEvents } from "#components/deployments/recent-events.tsx";
import { ExpiringList, FailingConnections, WorstSites } from "#components/overview/attention.tsx";
import { FirstSteps } from "#components/overview/first-steps.tsx";
import { HealthStrip } from "#components/overview/health-strip.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { countWaiting } from "#lib/change-requests/queries.ts";
import { firstSteps, headline } from "#lib/overview/policy.ts";
import { countFleet, listExpiring, listFailingConnections } from "#lib/overview/queries.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { recentEvents } from "../recent-events.ts";
import { Boards } from "./boards.tsx";

export const metadata: Metadata = { title: "Overview" };

const SHOWN = 8;
const LISTED_MAX = 200;

/** Is anything wrong, and what do I do? */
export default async function OverviewPage({ searchParams }: PageProps<"/">) {
  const [actor, whole] = [await requireActor(), await searchParams];
  const [fleet, failing, expiring, events, waiting] = await Promise.all([
    countFleet(actor, SHOWN),
    listFailingConnections(actor, whole.failing === "all" ? LISTED_MAX : SHOWN),
    listExpiring(actor, whole.expiring === "all" ? LISTED_MAX : SHOWN),
    recentEvents(actor, {}, SHOWN),
    countWaiting(actor),
  ]);
  const steps = firstSteps(fleet).filter((step) => step.href !== "/people" || actor.can("person.invite"));
  const [first] = fleet.worst;
  return (
    <div className="grid gap-5">
      <PageHead
        title="Overview"
        actions={
          first && (
            <LinkButton variant="primary" href={`/deployments/${first.id}` as Route}>
              Open the worst
            </LinkButton>
          )
        }
      >
        {headline(fleet.health)}
      </PageHead>
      {fleet.deployments === 0 && actor.can("customer.create") && <FirstSteps steps={steps} />}
      {fleet.deployments > 0 && (
        <>
          <WaitingRequests count={waiting} />
          <Boards actor={actor} sites={fleet.deployments} />
          <HealthStrip health={fleet.health} />
          <div className="grid items-start gap-5 xl:grid-cols-2">
            <WorstSites rows={fleet.worst} total={fleet.health.failing + fleet.health.degraded} />
            <ExpiringList {...expiring} allHref="/?expiring=all" now={systemClock()} />
            <FailingConnections {...failing} />
            <RecentEvents title="Recent changes" events={events} allHref="/audit" />
          </div>
        </>
      )}
    </div>
  );
}

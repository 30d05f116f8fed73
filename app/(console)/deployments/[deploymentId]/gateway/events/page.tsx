import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AddSource } from "#components/gateways/events/add-source.tsx";
import { BufferCard } from "#components/gateways/events/buffer-card.tsx";
import { CarriedCard } from "#components/gateways/events/carried-card.tsx";
import { ErrandsTable } from "#components/gateways/events/errands-table.tsx";
import { GapsTable } from "#components/gateways/events/gaps-table.tsx";
import { Sources } from "#components/gateways/events/sources.tsx";
import { Card } from "#components/ui/card.tsx";
import { RefreshWhile } from "#components/ui/refresh-while.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getGateway, listErrands, listGaps } from "#lib/gateways/queries.ts";
import { ERRAND_LIST, GAP_LIST } from "#lib/gateways/schema.ts";
import { listEnvironmentsToPull, listSources } from "#lib/gateways/sources/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Events of the gateway" };

export default async function EventsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/gateway/events">) {
  const { deploymentId } = await params;
  const said = await searchParams;
  const actor = await requireActor();
  const { gateway } = await orNotFound(async () => getGateway(actor, deploymentId));
  if (!gateway) redirect(`/deployments/${deploymentId}/gateway`);
  const mayAdd = actor.can("gateway_source.create");
  const [sources, choices, gaps, errands] = await Promise.all([
    listSources(actor, gateway.id),
    mayAdd ? listEnvironmentsToPull(actor, gateway.id) : [],
    listGaps(actor, gateway.id, parseListQuery(said, GAP_LIST, "gaps")),
    listErrands(actor, gateway.id, parseListQuery(said, ERRAND_LIST, "errands")),
  ]);
  return (
    <div className="grid min-w-0 gap-5">
      <RefreshWhile busy={gateway.waitingErrands > 0} />
      <Card
        title="Sources"
        description="Environments whose events the gateway pulls, in order, from where it stopped."
        actions={mayAdd && <AddSource gatewayId={gateway.id} environments={choices} />}
        flush
      >
        <Sources
          sources={sources}
          may={{
            change: actor.can("gateway_source.change"),
            pullAgain: actor.can("gateway_source.pull_again"),
            remove: actor.can("gateway_source.remove"),
          }}
        />
      </Card>
      <BufferCard gateway={gateway} />
      <CarriedCard gatewayId={gateway.id} carried={gateway.carried} mayChange={actor.can("gateway.change")} />
      <Card
        title="Gaps"
        description="What is missing of the events, and why. Each is delivered like an event, and stands in the audit log."
        flush
      >
        <GapsTable page={gaps} />
      </Card>
      <Card title="Errands" description="What the gateway was asked to do once, and how that went." flush>
        <ErrandsTable page={errands} />
      </Card>
    </div>
  );
}

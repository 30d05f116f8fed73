import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AttemptsTable } from "#components/gateways/endpoints/attempts-table.tsx";
import { CreateEndpoint } from "#components/gateways/endpoints/create-endpoint.tsx";
import { DeliveriesTable } from "#components/gateways/endpoints/deliveries-table.tsx";
import { DeliveryDrawer } from "#components/gateways/endpoints/delivery-drawer.tsx";
import { Endpoints } from "#components/gateways/endpoints/endpoints.tsx";
import { ReportedDeliveries } from "#components/gateways/endpoints/reported-deliveries.tsx";
import { CreateFolder } from "#components/gateways/folders/create-folder.tsx";
import { Folders } from "#components/gateways/folders/folders.tsx";
import { CreateStream } from "#components/gateways/streams/create-stream.tsx";
import { Streams } from "#components/gateways/streams/streams.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { findDelivery, listAttempts, listDeliveries } from "#lib/gateways/deliveries/queries.ts";
import { ATTEMPT_LIST, DELIVERY_LIST } from "#lib/gateways/deliveries/schema.ts";
import { listEndpoints } from "#lib/gateways/endpoints/queries.ts";
import { listFolders } from "#lib/gateways/folders/queries.ts";
import { getGateway } from "#lib/gateways/queries.ts";
import { listReportedDeliveries } from "#lib/gateways/reported/queries.ts";
import { listStreams } from "#lib/gateways/streams/queries.ts";
import { parseListQuery, type SearchParams, urlWithout } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Endpoints of the gateway" };

export default async function EndpointsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/gateway/endpoints">) {
  const { deploymentId } = await params;
  const said = await searchParams;
  const actor = await requireActor();
  const { gateway } = await orNotFound(async () => getGateway(actor, deploymentId));
  if (!gateway) redirect(`/deployments/${deploymentId}/gateway`);
  const [endpoints, streams, folders, environments, deliveries, attempts] = await Promise.all([
    listEndpoints(actor, gateway.id),
    listStreams(actor, gateway.id),
    listFolders(actor, gateway.id),
    listEnvironments(actor, deploymentId),
    listDeliveries(actor, gateway.id, parseListQuery(said, DELIVERY_LIST)),
    listAttempts(actor, gateway.id, parseListQuery(said, ATTEMPT_LIST, "attempts")),
  ]);
  const reported = await listReportedDeliveries(actor, gateway.id);
  const choices = environments.map(({ id, name }) => ({ id, name }));
  const names = endpoints.map(({ id, name }) => ({ value: id, label: name }));
  const mayReplay = actor.can("relay_endpoint.replay");
  return (
    <div className="grid min-w-0 gap-5">
      <Card
        title="Endpoints"
        description="Applications inside the site that are told of events: in order for each thing, at least once, for three days."
        actions={
          actor.can("relay_endpoint.create") && (
            <CreateEndpoint gatewayId={gateway.id} environments={choices} />
          )
        }
        flush
      >
        <Endpoints
          endpoints={endpoints}
          environments={choices}
          may={{
            change: actor.can("relay_endpoint.change"),
            rotate: actor.can("relay_endpoint.rotate_secret"),
            pause: actor.can("relay_endpoint.pause"),
            resume: actor.can("relay_endpoint.resume"),
            replay: mayReplay,
            remove: actor.can("relay_endpoint.remove"),
          }}
        />
      </Card>
      <Card
        title="Followers"
        description="Applications that ask the gateway for events themselves, over a connection that stays open."
        actions={
          actor.can("gateway_stream.create") && <CreateStream gatewayId={gateway.id} environments={choices} />
        }
        flush
      >
        <Streams
          streams={streams}
          environments={choices}
          may={{
            change: actor.can("gateway_stream.change"),
            rotate: actor.can("gateway_stream.rotate_token"),
            remove: actor.can("gateway_stream.remove"),
          }}
        />
      </Card>
      <Card
        title="Folders"
        description="Folders at the site that events are put into, as files."
        actions={
          actor.can("gateway_folder.create") && <CreateFolder gatewayId={gateway.id} environments={choices} />
        }
        flush
      >
        <Folders
          folders={folders}
          environments={choices}
          may={{ change: actor.can("gateway_folder.change"), remove: actor.can("gateway_folder.remove") }}
        />
      </Card>
      {gateway.sharesStore === false && (
        <Card
          title="Not taken yet"
          description="This gateway has a database of its own: these are the newest fifty that it reported, given up first. What was answered stays at the site, in the table boundary.relay_attempts of that database."
          flush
        >
          <ReportedDeliveries reported={reported} mayReplay={mayReplay} />
        </Card>
      )}
      {gateway.sharesStore !== false && (
        <>
          <Card
            title="Deliveries"
            description="What an endpoint has not taken yet, and what was given up after three days."
            flush
          >
            <DeliveriesTable page={deliveries} endpoints={names} />
          </Card>
          <Card title="Attempts" description="The latest of each endpoint, taken and not." flush>
            <AttemptsTable page={attempts} endpoints={names} />
          </Card>
          <OpenDelivery
            actor={actor}
            gatewayId={gateway.id}
            query={said}
            mayReplay={mayReplay}
            at={`/deployments/${deploymentId}/gateway/endpoints`}
          />
        </>
      )}
    </div>
  );
}

interface OpenDeliveryProps {
  actor: Actor;
  gatewayId: string;
  query: SearchParams;
  mayReplay: boolean;
  at: string;
}

/** The one that the URL names, `?delivery=` and the endpoint's id with the event's, beside the list. */
async function OpenDelivery({ actor, gatewayId, query, mayReplay, at }: OpenDeliveryProps) {
  const [endpointId, eventId] = typeof query.delivery === "string" ? query.delivery.split(":") : [];
  if (!endpointId || !eventId) return null;
  const delivery = await orNotFound(() => findDelivery(actor, gatewayId, { endpointId, eventId }));
  // It was taken long ago: the link to it is older than what is kept.
  if (!delivery) return null;
  return (
    <DeliveryDrawer
      key={query.delivery as string}
      delivery={delivery}
      mayReplay={mayReplay}
      closeHref={`${at}${urlWithout(query, "delivery")}`}
    />
  );
}

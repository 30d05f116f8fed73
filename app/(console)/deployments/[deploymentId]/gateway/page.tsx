import type { Metadata } from "next";
import { NoGateway } from "#components/gateways/create-gateway.tsx";
import { GatewayHealth } from "#components/gateways/gateway-health.tsx";
import { GatewayMenu } from "#components/gateways/gateway-menu.tsx";
import { GatewaySettings } from "#components/gateways/gateway-settings.tsx";
import { Processes } from "#components/gateways/processes.tsx";
import { RefreshWhile } from "#components/ui/refresh-while.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getGateway } from "#lib/gateways/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Gateway" };

export default async function GatewayPage({ params }: PageProps<"/deployments/[deploymentId]/gateway">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const { deployment, gateway } = await orNotFound(async () => getGateway(actor, deploymentId));
  if (!gateway)
    return (
      <NoGateway
        deploymentId={deploymentId}
        mayCreate={actor.can("gateway.create")}
        archived={deployment.archived}
      />
    );
  const may = {
    rotate: actor.can("gateway.rotate_token"),
    take: actor.can("gateway.take_configuration"),
    remove: actor.can("gateway.remove"),
  };
  return (
    <div className="grid min-w-0 gap-5">
      {/* Figures of this moment: whoever watches sees them change. */}
      <RefreshWhile busy />
      <GatewayHealth
        gateway={gateway}
        deploymentId={deploymentId}
        menu={<GatewayMenu gatewayId={gateway.id} deployment={deployment} may={may} />}
      />
      <Processes processes={gateway.processes} />
      <GatewaySettings gateway={gateway} mayChange={actor.can("gateway.change")} />
    </div>
  );
}

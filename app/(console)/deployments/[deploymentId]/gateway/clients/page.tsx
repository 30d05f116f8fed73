import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ClientsTable } from "#components/gateways/clients/clients-table.tsx";
import { CreateClient } from "#components/gateways/clients/create-client.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listClients } from "#lib/gateways/clients/queries.ts";
import { CLIENT_LIST } from "#lib/gateways/clients/schema.ts";
import { findGatewayId } from "#lib/gateways/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Gateway clients" };

export default async function ClientsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/gateway/clients">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const gatewayId = await orNotFound(async () => findGatewayId(actor, deploymentId));
  if (!gatewayId) redirect(`/deployments/${deploymentId}/gateway`);
  const page = await listClients(actor, gatewayId, parseListQuery(await searchParams, CLIENT_LIST));
  return (
    <div className="grid min-w-0 gap-4">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-1">
          <h2 className="font-semibold text-lg">Clients of the proxy</h2>
          <p className="max-w-2xl text-muted text-sm">
            Which applications may ask for a way out, each under its own name in the record. Whoever is not
            named here is refused, whatever the allowlist says.
          </p>
        </div>
        {actor.can("gateway_client.create") && <CreateClient gatewayId={gatewayId} />}
      </header>
      <ClientsTable
        page={page}
        may={{
          change: actor.can("gateway_client.change"),
          rotate: actor.can("gateway_client.rotate_token"),
          revoke: actor.can("gateway_client.revoke"),
        }}
      />
    </div>
  );
}

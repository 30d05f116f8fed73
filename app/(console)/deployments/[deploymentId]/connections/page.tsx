import { Link2, Plus } from "lucide-react";
import type { Route } from "next";
import { ConnectionsTable } from "#components/connections/connections-table.tsx";
import { OpenOperations } from "#components/operations/open-operations.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listConnectionPlaces, listConnections } from "#lib/connections/queries.ts";
import { CONNECTION_LIST } from "#lib/connections/schema.ts";
import { listOpenOperations } from "#lib/operations/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function ConnectionsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/connections">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, CONNECTION_LIST);
  const page = await orNotFound(() => listConnections(actor, deploymentId, query));
  const places = await listConnectionPlaces(actor, deploymentId);
  const operations = actor.can("operation.read") ? await listOpenOperations(actor, deploymentId) : [];
  const byHand = places.some(({ whyNoConnections }) => whyNoConnections === null);
  const create = actor.can("connection.create") && places.length > 0 && (
    <LinkButton
      variant="primary"
      icon={byHand ? <Plus /> : <Link2 />}
      href={`/deployments/${deploymentId}/connections/new` as Route}
    >
      {byHand ? "New connection" : "Send set-up link"}
    </LinkButton>
  );
  const send = byHand && actor.can("setup_link.create") && (
    <LinkButton icon={<Link2 />} href={`/deployments/${deploymentId}/setup-links/new` as Route}>
      Send set-up link
    </LinkButton>
  );
  return (
    <div className="grid min-w-0 gap-4">
      <OpenOperations operations={operations} />
      <ConnectionsTable
        deploymentId={deploymentId}
        page={page}
        environments={places}
        actions={create || undefined}
        begin={
          send ? (
            <span className="flex flex-wrap justify-center gap-2">
              {create}
              {send}
            </span>
          ) : undefined
        }
      />
    </div>
  );
}

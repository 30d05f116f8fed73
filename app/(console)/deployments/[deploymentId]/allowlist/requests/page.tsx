import type { Metadata, Route } from "next";
import { RequestsTable } from "#components/change-requests/requests-table.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listRequests } from "#lib/change-requests/queries.ts";
import { REQUEST_LIST } from "#lib/change-requests/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Change requests" };

export default async function DeploymentRequestsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/allowlist/requests">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, REQUEST_LIST);
  const page = await orNotFound(() => listRequests(actor, deploymentId, query));
  const begin = (
    <LinkButton variant="primary" href={`/deployments/${deploymentId}/allowlist` as Route}>
      To the allowlist
    </LinkButton>
  );
  return (
    <div className="grid min-w-0 gap-4">
      <h2 className="font-semibold text-lg">Change requests</h2>
      <RequestsTable page={page} customers={null} begin={begin} />
    </div>
  );
}

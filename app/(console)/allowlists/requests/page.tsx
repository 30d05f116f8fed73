import type { Metadata } from "next";
import { RequestsTable } from "#components/change-requests/requests-table.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listAllRequests } from "#lib/change-requests/queries.ts";
import { REQUEST_LIST } from "#lib/change-requests/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { customersToFilterBy } from "../../customers-to-filter-by.ts";

export const metadata: Metadata = { title: "Change requests" };

export default async function RequestsPage({ searchParams }: PageProps<"/allowlists/requests">) {
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, REQUEST_LIST);
  const [page, customers] = await Promise.all([
    orNotFound(() => listAllRequests(actor, query)),
    customersToFilterBy(actor, query.filters.customer),
  ]);
  return (
    <RequestsTable
      page={page}
      customers={customers}
      begin={<LinkButton href="/deployments">To the deployments</LinkButton>}
    />
  );
}

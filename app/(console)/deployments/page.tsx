import { Plus } from "lucide-react";
import type { Metadata } from "next";
import { DeploymentsTable } from "#components/deployments/deployments-table.tsx";
import { deploymentFilters } from "#components/deployments/filters.ts";
import { LinkButton } from "#components/ui/button.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listDeploymentFilters, listDeployments } from "#lib/deployments/queries.ts";
import { DEPLOYMENT_LIST } from "#lib/deployments/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { customersToFilterBy } from "../customers-to-filter-by.ts";

export const metadata: Metadata = { title: "Deployments" };

export default async function DeploymentsPage({ searchParams }: PageProps<"/deployments">) {
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, DEPLOYMENT_LIST);
  const [page, values, customers] = await Promise.all([
    orNotFound(() => listDeployments(actor, query)),
    listDeploymentFilters(actor),
    customersToFilterBy(actor, query.filters.customer),
  ]);
  const add = actor.can("deployment.create") ? (
    <LinkButton variant="primary" icon={<Plus />} href="/deployments/new">
      New deployment
    </LinkButton>
  ) : undefined;
  return (
    <div className="grid gap-5">
      <PageHead title="Deployments" actions={add}>
        Every site your product runs at, and how it stands.
      </PageHead>
      <DeploymentsTable page={page} filters={deploymentFilters({ ...values, customers })} addFirst={add} />
    </div>
  );
}

import { Plus } from "lucide-react";
import type { Metadata, Route } from "next";
import { CustomerActions } from "#components/customers/customer-actions.tsx";
import { CustomerFacts } from "#components/customers/customer-facts.tsx";
import { DeploymentsTable } from "#components/deployments/deployments-table.tsx";
import { deploymentFilters } from "#components/deployments/filters.ts";
import { RecentEvents } from "#components/deployments/recent-events.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { Status } from "#components/ui/status.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getCustomer, listCustomerChoices } from "#lib/customers/queries.ts";
import { listDeploymentFilters, listDeployments } from "#lib/deployments/queries.ts";
import { DEPLOYMENT_LIST } from "#lib/deployments/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { recentEvents } from "../../recent-events.ts";

export async function generateMetadata({ params }: PageProps<"/customers/[customerId]">): Promise<Metadata> {
  const { customerId } = await params;
  const { name } = await orNotFound(async () => getCustomer(await requireActor(), customerId));
  return { title: name };
}

export default async function CustomerPage({ params, searchParams }: PageProps<"/customers/[customerId]">) {
  const { customerId } = await params;
  const actor = await requireActor();
  const customer = await orNotFound(() => getCustomer(actor, customerId));
  const query = parseListQuery(await searchParams, DEPLOYMENT_LIST);
  query.filters.customer = [customerId];
  const [deployments, filterValues, events, others] = await Promise.all([
    listDeployments(actor, query),
    listDeploymentFilters(actor, customerId),
    recentEvents(actor, { customerId }, 8),
    listCustomerChoices(actor, { limit: 30 }),
  ]);
  const { id, name, contactEmail, notes, archivedAt } = customer;
  const may = {
    change: actor.can("customer.change"),
    archive: actor.can("customer.archive"),
    restore: actor.can("customer.restore"),
  };
  const add = actor.can("deployment.create") && !archivedAt && (
    <LinkButton variant="primary" icon={<Plus />} href={`/deployments/new?customer=${id}` as Route}>
      New deployment
    </LinkButton>
  );
  return (
    <div className="grid gap-5">
      <Breadcrumb
        items={[
          { label: "Customers", href: "/customers" },
          {
            label: name,
            switchTo: others
              .filter((other) => other.id !== id)
              .map((other) => ({ label: other.name, href: `/customers/${other.id}` })),
          },
        ]}
      />
      <PageHead
        title={name}
        status={
          archivedAt && (
            <Status tone="neutral" since={archivedAt}>
              Archived
            </Status>
          )
        }
        actions={
          <>
            <CustomerActions
              customer={{ id, name, contactEmail, notes, archived: archivedAt !== null }}
              may={may}
            />
            {add}
          </>
        }
      />
      <CustomerFacts customer={customer} />
      <div className="grid gap-3">
        <h2 className="font-semibold text-base">Deployments</h2>
        <DeploymentsTable
          page={deployments}
          filters={deploymentFilters(filterValues)}
          ofOneCustomer
          addFirst={add}
        />
      </div>
      {actor.can("audit.read") && (
        <RecentEvents title="Last events" events={events} allHref={`/audit?customer=${id}`} />
      )}
    </div>
  );
}

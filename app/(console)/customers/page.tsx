import type { Metadata } from "next";
import { AddCustomer } from "#components/customers/add-customer.tsx";
import { CustomersTable } from "#components/customers/customers-table.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomers } from "#lib/customers/queries.ts";
import { CUSTOMER_LIST } from "#lib/customers/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Customers" };

export default async function CustomersPage({ searchParams }: PageProps<"/customers">) {
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, CUSTOMER_LIST);
  const page = await orNotFound(() => listCustomers(actor, query));
  const add = actor.can("customer.create") && actor.customers === "all" ? <AddCustomer /> : undefined;
  return (
    <div className="grid gap-5">
      <PageHead title="Customers" actions={add}>
        The organizations that run your product, and how their deployments stand.
      </PageHead>
      <CustomersTable page={page} addFirst={add} />
    </div>
  );
}

import type { Metadata } from "next";
import { NewSet } from "#components/allowlist/sets/new-set.tsx";
import { SetsTable } from "#components/allowlist/sets/sets-table.tsx";
import { listSets } from "#lib/allowlist/sets/queries.ts";
import { SET_LIST } from "#lib/allowlist/sets/schema.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { customersToFilterBy } from "../../customers-to-filter-by.ts";

export const metadata: Metadata = { title: "Address sets" };

export default async function SetsPage({ searchParams }: PageProps<"/allowlists/sets">) {
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, SET_LIST);
  const mayCreate = actor.can("address_set.create");
  const [page, customers, owners] = await Promise.all([
    orNotFound(() => listSets(actor, query)),
    customersToFilterBy(actor, query.filters.customer),
    mayCreate ? listCustomerChoices(actor) : [],
  ]);
  return (
    <div className="grid gap-5">
      <p className="max-w-2xl text-muted text-sm">
        Lists of networks with a name, in versions. A rule means the version that its deployment uses, until a
        change request moves it.
      </p>
      <SetsTable
        page={page}
        customers={customers}
        begin={mayCreate && <NewSet customers={owners} ofVendor={actor.customers === "all"} />}
      />
    </div>
  );
}

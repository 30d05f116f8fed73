"use client";

import { Globe } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { DomainRow } from "#lib/domains/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { DomainFound, DomainState } from "./domain-state.tsx";

const columns: Columns<DomainRow> = [
  { accessorKey: "name", header: "Domain", sortable: true, grow: true },
  { accessorKey: "organizationName", header: "Organization", sortable: "organization" },
  { accessorKey: "state", header: "State", sortable: true, cell: (row) => <DomainState {...row} /> },
  {
    accessorKey: "strategy",
    header: "Proven by",
    cell: ({ state, strategy }) =>
      strategy === "manual" ? "Hand" : state === "verified" ? "DNS record" : "DNS record, once found",
  },
  { accessorKey: "verdict", header: "Last look", cell: (row) => <DomainFound {...row} /> },
  { accessorKey: "lookedAt", header: "Looked for", kind: "time", sortable: "looked" },
  { accessorKey: "createdAt", header: "Added", kind: "date", sortable: "created", hidden: true },
  { accessorKey: "environmentName", header: "Environment", hidden: true },
  { accessorKey: "syncedAt", header: "As of", kind: "time", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

interface DomainsTableProps {
  page: Page<DomainRow>;
  environments: { id: string; name: string }[];
  actions?: ReactNode;
}

/** The domains of a deployment's organizations, and how each is proven. */
export function DomainsTable({ page, environments, actions }: DomainsTableProps) {
  const [path, params] = [usePathname(), useSearchParams()];
  const hrefOf = ({ id }: DomainRow) => {
    const next = new URLSearchParams(params);
    next.set("domain", id);
    return `${path}?${next}`;
  };
  return (
    <DataTable
      label="Domains"
      page={page}
      columns={columns}
      rowHref={hrefOf}
      search="Domain or organization"
      filters={[...FILTERS, environmentFilter(environments)]}
      defaultSort="name"
      toolbar={actions}
      empty={
        <EmptyState icon={<Globe />} title="No domains yet." action={actions}>
          A verified domain says whose people its addresses are: they are led to their own identity provider,
          and nobody else can claim them.
        </EmptyState>
      }
    />
  );
}

const FILTERS: readonly ListFilter[] = [
  {
    name: "state",
    label: "State",
    options: [
      { value: "verified", label: "Verified" },
      { value: "pending", label: "Waits for its record" },
      { value: "failed", label: "Given up" },
    ],
  },
  {
    name: "found",
    label: "Last look",
    options: [
      { value: "found", label: "Record found" },
      { value: "wrong", label: "Another value or name" },
      { value: "missing", label: "No record" },
      { value: "silent", label: "No answer" },
      { value: "never", label: "Not looked for" },
    ],
  },
  {
    name: "strategy",
    label: "Proven by",
    options: [
      { value: "dns", label: "DNS record" },
      { value: "manual", label: "Hand" },
    ],
  },
];

function environmentFilter(environments: { id: string; name: string }[]): ListFilter {
  const options = environments.map(({ id, name }) => ({ value: id, label: name }));
  return { name: "environment", label: "Environment", options };
}

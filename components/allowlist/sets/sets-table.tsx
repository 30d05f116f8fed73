"use client";

import { Network } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { SetRow } from "#lib/allowlist/sets/queries.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<SetRow> = [
  { accessorKey: "name", header: "Set", sortable: true, grow: true, cell: nameCell },
  { accessorKey: "owner", header: "Of", sortable: true, cell: ({ owner }) => owner ?? "Every deployment" },
  { accessorKey: "number", header: "Version", cell: versionCell },
  { accessorKey: "networks", header: "Networks", kind: "number" },
  { accessorKey: "deployments", header: "Deployments", kind: "number" },
  { accessorKey: "behind", header: "Wanted", cell: standingCell },
  { accessorKey: "checkedOn", header: "Known to be so", kind: "date" },
  { accessorKey: "slug", header: "Name in rules", kind: "mono", hidden: true },
  { accessorKey: "made", header: "Made", kind: "time", sortable: true, hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

interface SetsTableProps {
  page: Page<SetRow>;
  customers: readonly { id: string; name: string }[];
  begin?: ReactNode;
}

/** Address sets, a page at a time. */
export function SetsTable({ page, customers, begin }: SetsTableProps) {
  const filters: readonly ListFilter[] = [
    {
      name: "state",
      label: "State",
      options: [
        { value: "waiting", label: "A version waits" },
        { value: "archived", label: "Archived" },
      ],
    },
    {
      name: "owner",
      label: "Of",
      options: [
        { value: "vendor", label: "Every deployment" },
        { value: "customer", label: "One customer" },
      ],
    },
    ...(customers.length > 1
      ? [
          {
            name: "customer",
            label: "Customer",
            options: customers.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]
      : []),
  ];
  return (
    <DataTable
      label="Address sets"
      page={page}
      columns={columns}
      rowHref={({ slug }) => `/allowlists/sets/${slug}`}
      search="Name, origin or customer"
      filters={filters}
      defaultSort="name"
      toolbar={begin}
      empty={
        <EmptyState icon={<Network />} title="No address sets yet." action={begin}>
          A set is a list of networks with a name, in versions, that rules can mean.
        </EmptyState>
      }
    />
  );
}

function nameCell({ name, archived }: SetRow) {
  return (
    <span className="flex items-center gap-2">
      <span className="truncate">{name}</span>
      {archived && <Badge>Archived</Badge>}
    </span>
  );
}

function versionCell({ number, waiting }: SetRow) {
  return (
    <span className="flex items-center gap-2 tabular-nums">
      {number ?? <span className="text-faint">None</span>}
      {waiting !== null && <Badge tone="caution">{waiting} waits</Badge>}
    </span>
  );
}

function standingCell({ deployments, behind }: SetRow) {
  if (deployments === 0) return null;
  return behind === 0 ? (
    <Status tone="positive">All on it</Status>
  ) : (
    <Status tone="caution">{behind.toLocaleString("en")} behind</Status>
  );
}

"use client";

import { Package } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { BundleRow } from "#lib/bundles/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { listsWords } from "./words.ts";

const columns: Columns<BundleRow> = [
  { accessorKey: "issuerName", header: "Bundle", sortable: "issuer", grow: true, cell: nameCell },
  { accessorKey: "direction", header: "Way", cell: ({ direction }) => <Badge>{WAYS[direction]}</Badge> },
  { accessorKey: "entryCount", header: "Holds", cell: ({ entryCount }) => listsWords(entryCount) },
  { accessorKey: "madeAt", header: "Made", kind: "date" },
  { accessorKey: "validUntil", header: "Valid until", kind: "date" },
  { accessorKey: "byName", header: "By" },
  { accessorKey: "createdAt", header: "On record", kind: "time", sortable: "when" },
  { accessorKey: "serial", header: "Number", kind: "number", sortable: true, hidden: true },
  { accessorKey: "sizeBytes", header: "Bytes", kind: "number", hidden: true },
  { accessorKey: "bundleId", header: "ID", kind: "id", hidden: true },
];

const WAYS: Record<BundleRow["direction"], string> = { made: "Made here", taken: "Taken in" };

const FILTERS: readonly ListFilter[] = [
  {
    name: "direction",
    label: "Way",
    options: Object.entries(WAYS).map(([value, label]) => ({ value, label })),
  },
];

/** Bundles that were made here, and those that were taken in. */
export function BundlesTable({ page, begin }: { page: Page<BundleRow>; begin?: ReactNode }) {
  return (
    <DataTable
      label="Bundles"
      page={page}
      columns={columns}
      rowHref={({ id }) => `/allowlists/bundles/${id}`}
      search="Console, set, person or number"
      filters={FILTERS}
      defaultSort="-when"
      toolbar={begin}
      empty={
        <EmptyState icon={<Package />} title="No bundles yet." action={begin}>
          A bundle is a signed file that carries address sets from one console to another, where no line
          leads.
        </EmptyState>
      }
    />
  );
}

function nameCell({ issuerName, serial }: BundleRow) {
  return (
    <span className="truncate">
      {issuerName}, number {serial}
    </span>
  );
}

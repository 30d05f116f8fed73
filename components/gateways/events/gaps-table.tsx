"use client";

import { CircleCheck } from "lucide-react";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { GapRow } from "#lib/gateways/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { GAP_WORDS } from "../words.ts";

const columns: Columns<GapRow> = [
  { accessorKey: "reason", header: "Why", grow: true, cell: ({ reason }) => GAP_WORDS[reason] ?? reason },
  { accessorKey: "sourceName", header: "Environment", cell: ({ sourceName }) => sourceName ?? "Unknown" },
  {
    accessorKey: "count",
    header: "Events",
    sortable: true,
    cell: ({ count }) => (count === null ? "Nobody knows" : count.toLocaleString("en")),
  },
  { accessorKey: "fromAt", header: "From", kind: "time" },
  { accessorKey: "toAt", header: "Until", kind: "time", sortable: "until" },
  { accessorKey: "reportedAt", header: "Reported", kind: "time", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** What is missing of the events. */
export function GapsTable({ page }: { page: Page<GapRow> }) {
  return (
    <DataTable
      label="Gaps"
      name="gaps"
      page={page}
      columns={columns}
      defaultSort="-until"
      empty={
        <EmptyState icon={<CircleCheck />} title="Nothing is missing.">
          Every event that was pulled or received was handed over, or waits to be.
        </EmptyState>
      }
      inCard
    />
  );
}

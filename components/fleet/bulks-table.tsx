"use client";

import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { Status } from "#components/ui/status.tsx";
import type { BulkRow } from "#lib/fleet/queries.ts";
import { BULK_WORDS } from "#lib/fleet/words.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<BulkRow> = [
  {
    accessorKey: "subjectName",
    header: "Asked for everywhere",
    grow: true,
    cell: ({ subjectName, versionNumber }) => `${subjectName}, version ${versionNumber}`,
  },
  {
    accessorKey: "state",
    header: "State",
    cell: ({ state }) => (
      <Status tone={state === "done" ? "positive" : state === "running" ? "caution" : "neutral"}>
        {BULK_WORDS[state]}
      </Status>
    ),
  },
  {
    accessorKey: "counts",
    header: "Verified",
    cell: ({ counts }) => (
      <span className="tabular-nums">
        {counts.verified.toLocaleString("en")}{" "}
        <span className="text-muted">of {counts.total.toLocaleString("en")}</span>
      </span>
    ),
  },
  { accessorKey: "createdByName", header: "By" },
  { accessorKey: "createdAt", header: "Asked", kind: "time", sortable: "created" },
];

/** Changes that were asked for at many deployments. */
export function BulksTable({ page }: { page: Page<BulkRow> }) {
  return (
    <DataTable
      label="Asked for everywhere"
      name="bulk"
      inCard
      page={page}
      columns={columns}
      rowHref={({ id }) => `/allowlists/fleet/${id}`}
      defaultSort="-created"
    />
  );
}

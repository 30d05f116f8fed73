"use client";

import type { ReactNode } from "react";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { ErrandRow } from "#lib/gateways/queries.ts";
import type { Page } from "#lib/platform/list.ts";

const KINDS: Record<string, string> = { replay: "Deliver again to", backfill: "Pull again from" };

const columns: Columns<ErrandRow> = [
  {
    accessorKey: "kind",
    header: "What",
    grow: true,
    cell: ({ kind, targetName }) => `${KINDS[kind] ?? kind} ${targetName}`,
  },
  { accessorKey: "state", header: "State", cell: stateCell },
  { accessorKey: "createdByName", header: "Asked by" },
  { accessorKey: "createdAt", header: "Asked", kind: "time", sortable: "asked" },
  { accessorKey: "finishedAt", header: "Finished", kind: "time", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** What a gateway was asked to do once. */
export function ErrandsTable({ page }: { page: Page<ErrandRow> }) {
  return (
    <DataTable
      label="Errands"
      name="errands"
      page={page}
      columns={columns}
      filters={[
        {
          name: "state",
          label: "State",
          options: [
            { value: "asked", label: "Under way" },
            { value: "done", label: "Done" },
            { value: "failed", label: "Failed" },
          ],
        },
      ]}
      defaultSort="-asked"
      empty={
        <EmptyState title="Nothing was asked yet.">
          A range of events can be pulled again, and what an endpoint was given up for delivered again.
        </EmptyState>
      }
      inCard
    />
  );
}

function stateCell({ state, problem }: ErrandRow): ReactNode {
  if (state === "done") return <Status tone="positive">Done</Status>;
  if (state === "asked") return <Status tone="caution">Under way</Status>;
  return (
    <Status tone="negative" {...(problem ? { reason: problem } : {})}>
      Failed
    </Status>
  );
}

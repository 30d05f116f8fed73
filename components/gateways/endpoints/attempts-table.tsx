"use client";

import type { ReactNode } from "react";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { AttemptRow } from "#lib/gateways/deliveries/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { useDeliveryHref } from "./deliveries-table.tsx";

const columns: Columns<AttemptRow> = [
  { accessorKey: "event", header: "Event", kind: "mono", grow: true },
  { accessorKey: "endpointName", header: "Endpoint" },
  { accessorKey: "problem", header: "Outcome", cell: outcomeCell },
  { accessorKey: "attempt", header: "Attempt", kind: "number" },
  {
    accessorKey: "durationMs",
    header: "Took",
    sortable: "duration",
    cell: ({ durationMs }) => `${durationMs.toLocaleString("en")} ms`,
  },
  { accessorKey: "beganAt", header: "Began", kind: "time", sortable: "began" },
  { accessorKey: "gateway", header: "By", kind: "mono", hidden: true },
  { accessorKey: "eventId", header: "Event ID", kind: "id", hidden: true },
];

interface AttemptsTableProps {
  page: Page<AttemptRow>;
  endpoints: readonly { value: string; label: string }[];
}

/** The latest attempts to hand events over. A row opens all of its event. */
export function AttemptsTable({ page, endpoints }: AttemptsTableProps) {
  const href = useDeliveryHref();
  return (
    <DataTable
      label="Attempts"
      name="attempts"
      page={page}
      columns={columns}
      rowHref={href}
      search="Event or its id"
      filters={[
        {
          name: "outcome",
          label: "Outcome",
          options: [
            { value: "taken", label: "Taken" },
            { value: "failed", label: "Not taken" },
          ],
        },
        { name: "endpoint", label: "Endpoint", options: endpoints },
      ]}
      defaultSort="-began"
      empty={
        <EmptyState title="Nothing was sent yet.">
          Each attempt stands here, with what the endpoint answered.
        </EmptyState>
      }
      inCard
    />
  );
}

function outcomeCell({ problem, status }: AttemptRow): ReactNode {
  if (problem === null)
    return (
      <Status tone="positive" {...(status ? { reason: String(status) } : {})}>
        Taken
      </Status>
    );
  return (
    <Status tone="negative" reason={problem}>
      Not taken
    </Status>
  );
}

"use client";

import { RequestState } from "#components/change-requests/request-state.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { STATE_WORDS } from "#lib/change-requests/words.ts";
import type { BulkItemRow } from "#lib/fleet/queries.ts";
import type { Page } from "#lib/platform/list.ts";

const ITEM_WORDS = { waiting: "No request yet", held: "Held", left_out: "Left out" } as const;

const columns: Columns<BulkItemRow> = [
  { accessorKey: "deploymentName", header: "Deployment", sortable: "deployment" },
  { accessorKey: "customerName", header: "Customer" },
  { accessorKey: "state", header: "Change request", sortable: "state", cell: stateCell },
  {
    accessorKey: "problem",
    header: "Why",
    grow: true,
    cell: ({ problem }) => (
      <span className="block max-w-120 truncate text-muted" title={problem}>
        {problem}
      </span>
    ),
  },
];

const filters = [
  {
    name: "state",
    label: "State",
    options: [
      ...Object.entries(ITEM_WORDS).map(([value, label]) => ({ value, label })),
      ...Object.entries(STATE_WORDS)
        .filter(([value]) => !["draft", "simulated"].includes(value))
        .map(([value, label]) => ({ value, label })),
    ],
  },
];

/** The deployments of a change that was asked for everywhere, each with where its own request stands. */
export function BulkItemsTable({ page }: { page: Page<BulkItemRow> }) {
  return (
    <DataTable
      label="Deployments"
      page={page}
      columns={columns}
      rowHref={({ deploymentId, requestId }) =>
        requestId
          ? `/deployments/${deploymentId}/allowlist/requests/${requestId}`
          : `/deployments/${deploymentId}/allowlist`
      }
      search="Deployment or customer"
      filters={filters}
      defaultSort="deployment"
    />
  );
}

function stateCell({ state, requestNumber, requestState }: BulkItemRow) {
  if (!requestState || (state !== "proposed" && state !== "held"))
    return (
      <span className="text-muted">{state === "left_out" ? ITEM_WORDS.left_out : ITEM_WORDS.waiting}</span>
    );
  return (
    <span className="flex items-center gap-2">
      <span className="text-muted tabular-nums">{requestNumber}</span>
      <RequestState state={requestState} />
    </span>
  );
}

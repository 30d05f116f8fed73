"use client";

import { CircleCheck } from "lucide-react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import type { ReviewRow } from "#lib/fleet/queries.ts";
import { REASON_WORDS } from "#lib/fleet/words.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<ReviewRow> = [
  {
    accessorKey: "text",
    header: "Rule",
    grow: true,
    cell: ({ text, purpose }) => (
      <span className="block max-w-120 truncate" title={`${text}. ${purpose}`}>
        {text}
      </span>
    ),
  },
  { accessorKey: "deploymentName", header: "Deployment", sortable: "deployment" },
  { accessorKey: "customerName", header: "Customer", sortable: "customer" },
  {
    accessorKey: "isExpired",
    header: "State",
    cell: ({ isExpired, expiresAt }) => {
      if (isExpired) return <Status tone="negative">Has ended</Status>;
      return expiresAt ? <Status tone="caution">Ends</Status> : <Status tone="positive">Open</Status>;
    },
  },
  { accessorKey: "expiresAt", header: "Ends", kind: "time", sortable: "expires" },
  {
    accessorKey: "ownerName",
    header: "Owner",
    cell: ({ ownerName }) => ownerName || <span className="text-muted">Nobody</span>,
  },
  { accessorKey: "lastUsedAt", header: "Last used", kind: "time" },
  { accessorKey: "ticket", header: "Ticket" },
  { accessorKey: "createdAt", header: "Since", kind: "time", sortable: "created", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** Rules of all deployments that somebody should look at again. */
export function ReviewTable({
  page,
  customers,
}: {
  page: Page<ReviewRow>;
  customers: readonly { id: string; name: string }[];
}) {
  const filters: ListFilter[] = [
    {
      name: "why",
      label: "Why",
      options: Object.entries(REASON_WORDS).map(([value, label]) => ({ value, label })),
    },
    {
      name: "mode",
      label: "Mode",
      options: Object.entries(MODE_WORDS).map(([value, label]) => ({ value, label })),
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
      label="Rules to review"
      page={page}
      columns={columns}
      rowHref={({ deploymentId, id }) => `/deployments/${deploymentId}/allowlist?q=${id}`}
      search="Rule, owner or deployment"
      filters={filters}
      defaultSort="expires"
      empty={
        <EmptyState icon={<CircleCheck />} title="No rule needs a second look.">
          Rules that end within 30 days, have ended, have nobody who answers for them, or let nothing pass for
          90 days are listed here.
        </EmptyState>
      }
    />
  );
}

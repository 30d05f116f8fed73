"use client";

import { Server } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { DeploymentRow } from "#lib/deployments/queries.ts";
import { ALLOWLIST_WORDS, type AllowlistState } from "#lib/deployments/words.ts";
import type { Page } from "#lib/platform/list.ts";
import { HealthStatus } from "./health-status.tsx";
import { ModeBadge } from "./mode-badge.tsx";

const columns: Columns<DeploymentRow> = [
  { accessorKey: "name", header: "Name", sortable: true },
  { accessorKey: "health", header: "Health", sortable: true, cell: healthCell },
  { accessorKey: "customerName", header: "Customer", sortable: "customer", cell: customerCell, grow: true },
  { accessorKey: "mode", header: "Mode", sortable: true, cell: ModeBadge },
  { accessorKey: "environments", header: "Environments", kind: "number", sortable: true },
  {
    accessorKey: "connections",
    header: "Connections",
    kind: "number",
    sortable: true,
    cell: connectionsCell,
  },
  { accessorKey: "lastHeardAt", header: "Last heard", kind: "time", sortable: "heard" },
  { accessorKey: "productVersion", header: "Version", kind: "mono", sortable: "version" },
  { accessorKey: "allowlist", header: "Allowlist", cell: allowlistCell },
  { accessorKey: "tags", header: "Tags", kind: "tags" },
  { accessorKey: "site", header: "Site", hidden: true },
  { accessorKey: "ownerName", header: "Owner", hidden: true },
  { accessorKey: "createdAt", header: "Added", kind: "date", sortable: "created", hidden: true },
  { accessorKey: "id", header: "Id", kind: "id", hidden: true },
];

interface DeploymentsTableProps {
  page: Page<DeploymentRow>;
  filters: readonly ListFilter[];
  /** On a customer's own page its name need not stand in every row. */
  ofOneCustomer?: boolean;
  /** The button of the empty list. */
  addFirst?: ReactNode;
}

/** The deployments, a page at a time. */
export function DeploymentsTable({ page, filters, ofOneCustomer = false, addFirst }: DeploymentsTableProps) {
  return (
    <DataTable
      label="Deployments"
      page={page}
      columns={ofOneCustomer ? columns.filter((column) => column.accessorKey !== "customerName") : columns}
      rowHref={(row) => `/deployments/${row.id}`}
      search={ofOneCustomer ? "Search name, site or tag" : "Search name, site, client id"}
      filters={filters}
      defaultSort="name"
      empty={
        <EmptyState icon={<Server />} title="No deployments yet." action={addFirst}>
          A deployment is one installation of your product at a customer's site, with an identity environment
          and an allowlist of its own.
        </EmptyState>
      }
    />
  );
}

/** The reason in the title too: in a row there is room for its beginning. */
function healthCell(row: DeploymentRow) {
  return (
    <span className="block max-w-56 truncate" title={row.reason ?? undefined}>
      <HealthStatus {...row} />
    </span>
  );
}

function customerCell({ customerId, customerName }: DeploymentRow) {
  return (
    <Link
      href={`/customers/${customerId}` as Route}
      prefetch={false}
      className="rounded-sm text-muted hover:text-ink hover:underline"
      title={customerName}
    >
      {customerName}
    </Link>
  );
}

function connectionsCell({ connections, activeConnections }: DeploymentRow) {
  if (connections === 0) return <span className="text-faint">0</span>;
  if (activeConnections === connections) return connections;
  return (
    <span title={`${activeConnections} of ${connections} active`}>
      {activeConnections}
      <span className="text-faint"> of {connections}</span>
    </span>
  );
}

const ALLOWLIST_TONES: Record<AllowlistState, StatusTone> = {
  empty: "neutral",
  open: "positive",
  expiring: "caution",
  expired: "negative",
};

function allowlistCell({ allowlist, mode, rules, expiredRules }: DeploymentRow) {
  if (allowlist === "empty" && mode === "air_gapped") return <Status tone="positive">Closed</Status>;
  const count = allowlist === "expired" ? expiredRules : rules;
  return (
    <Status
      tone={ALLOWLIST_TONES[allowlist]}
      reason={count > 0 ? `${count} ${count === 1 ? "rule" : "rules"}` : undefined}
    >
      {allowlist === "expired" ? "Expired" : ALLOWLIST_WORDS[allowlist]}
    </Status>
  );
}

"use client";

import { Building2 } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { CustomerRow } from "#lib/customers/queries.ts";
import { MODE_WORDS, REGIME_WORDS } from "#lib/deployments/words.ts";
import type { Page } from "#lib/platform/list.ts";
import { DeploymentMode } from "#lib/platform/prisma/enums.ts";

const columns: Columns<CustomerRow> = [
  { accessorKey: "name", header: "Name", sortable: true, grow: true, cell: nameCell },
  { accessorKey: "health", header: "Health", cell: healthCell },
  { accessorKey: "deployments", header: "Deployments", kind: "number", sortable: true },
  { accessorKey: "byMode", header: "By mode", cell: modesCell },
  { accessorKey: "environments", header: "Environments", kind: "number", sortable: true },
  { accessorKey: "regimes", header: "Regimes", cell: regimesCell },
  { accessorKey: "contactEmail", header: "Contact", hidden: true },
  { accessorKey: "lastActivityAt", header: "Last activity", kind: "time", sortable: "activity" },
  { accessorKey: "createdAt", header: "Added", kind: "date", sortable: "created", hidden: true },
  { accessorKey: "id", header: "Id", kind: "id", hidden: true },
];

const filters: readonly ListFilter[] = [
  {
    name: "mode",
    label: "Mode",
    options: Object.values(DeploymentMode).map((value) => ({ value, label: MODE_WORDS[value] })),
  },
  {
    name: "regime",
    label: "Regime",
    options: Object.entries(REGIME_WORDS).map(([value, label]) => ({ value, label })),
  },
  {
    name: "state",
    label: "State",
    options: [
      { value: "open", label: "Open" },
      { value: "archived", label: "Archived" },
    ],
  },
];

/** The customers, a page at a time. `addFirst` is the button of the empty list. */
export function CustomersTable({ page, addFirst }: { page: Page<CustomerRow>; addFirst?: ReactNode }) {
  return (
    <DataTable
      label="Customers"
      page={page}
      columns={columns}
      rowHref={(row) => `/customers/${row.id}`}
      search="Search name or contact"
      filters={filters}
      defaultSort="name"
      empty={
        <EmptyState icon={<Building2 />} title="No customers yet." action={addFirst}>
          A customer is an organization that runs your product. Each has one or more deployments, walled off
          from everybody else's.
        </EmptyState>
      }
    />
  );
}

function nameCell({ name, archivedAt }: CustomerRow) {
  if (!archivedAt) return name;
  return (
    <span className="inline-flex items-center gap-2">
      {name} <Badge tone="outline">Archived</Badge>
    </span>
  );
}

function modesCell({ byMode }: CustomerRow) {
  const some = Object.values(DeploymentMode).filter((mode) => byMode[mode] > 0);
  if (some.length === 0) return <span className="text-faint">–</span>;
  return (
    <span className="flex items-center gap-3 text-muted tabular-nums">
      {some.map((mode) => (
        <span key={mode}>
          <span className="text-ink">{byMode[mode]}</span> {MODE_WORDS[mode].toLowerCase()}
        </span>
      ))}
    </span>
  );
}

function healthCell({ health, deployments }: CustomerRow) {
  const { failing = 0, degraded = 0, setting_up: settingUp = 0, unknown = 0 } = health;
  if (deployments === 0) return <Status tone="neutral">No deployment</Status>;
  if (failing > 0) return <Status tone="negative">{failing} failing</Status>;
  if (degraded > 0) return <Status tone="caution">{degraded} degraded</Status>;
  if (settingUp + unknown === deployments) return <Status tone="neutral">Setting up</Status>;
  return <Status tone="positive">Healthy</Status>;
}

function regimesCell({ regimes }: CustomerRow) {
  if (regimes.length === 0) return <span className="text-faint">–</span>;
  return (
    <span className="flex items-center gap-1">
      {regimes.map((regime) => (
        <Badge key={regime}>{REGIME_WORDS[regime]}</Badge>
      ))}
    </span>
  );
}

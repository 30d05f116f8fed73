"use client";

import { PackageOpen } from "lucide-react";
import { ModeBadge } from "#components/deployments/mode-badge.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { PackUseRow } from "#lib/allowlist/packs/queries.ts";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import type { Page } from "#lib/platform/list.ts";
import { DeploymentMode } from "#lib/platform/prisma/enums.ts";

interface PackUsesTableProps {
  page: Page<PackUseRow>;
  /** All there are, newest first. */
  versions: readonly [number, ...number[]];
}

/** The deployments that have a capability, and by which version of its pack. */
export function PackUsesTable({ page, versions }: PackUsesTableProps) {
  const [newest] = versions;
  const columns: Columns<PackUseRow> = [
    { accessorKey: "deployment", header: "Deployment", sortable: true, grow: true },
    { accessorKey: "customer", header: "Customer", sortable: true },
    { accessorKey: "mode", header: "Mode", cell: ({ mode }) => <ModeBadge mode={mode} /> },
    {
      accessorKey: "version",
      header: "Version",
      sortable: true,
      cell: ({ version }) => (
        <span className="flex items-center gap-2 tabular-nums">
          {version} {version < newest && <Badge tone="caution">{newest} is out</Badge>}
        </span>
      ),
    },
    { accessorKey: "changed", header: "Changed", kind: "time", sortable: true },
    { accessorKey: "id", header: "Id", kind: "id", hidden: true },
  ];
  const filters: readonly ListFilter[] = [
    {
      name: "version",
      label: "Version",
      options: versions.map((version) => ({ value: String(version), label: `Version ${version}` })),
    },
    {
      name: "mode",
      label: "Mode",
      options: Object.values(DeploymentMode).map((value) => ({ value, label: MODE_WORDS[value] })),
    },
  ];
  return (
    <DataTable
      label="Deployments with this capability"
      page={page}
      columns={columns}
      rowHref={(row) => `/deployments/${row.id}/allowlist`}
      search="Search deployment or customer"
      filters={filters}
      defaultSort="deployment"
      empty={
        <EmptyState icon={<PackageOpen />} title="No deployment has this capability.">
          A site gets it on its allowlist, by a change request.
        </EmptyState>
      }
    />
  );
}

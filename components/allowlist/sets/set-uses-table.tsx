"use client";

import { ModeBadge } from "#components/deployments/mode-badge.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { SetUseRow } from "#lib/allowlist/sets/queries.ts";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import type { Page } from "#lib/platform/list.ts";

interface SetUsesTableProps {
  page: Page<SetUseRow>;
  newest: number | null;
  /** The versions that can be filtered by, newest first. */
  versions: readonly number[];
}

/** Which deployments use which version of a set. */
export function SetUsesTable({ page, newest, versions }: SetUsesTableProps) {
  const columns: Columns<SetUseRow> = [
    { accessorKey: "deployment", header: "Deployment", sortable: true, grow: true },
    { accessorKey: "customer", header: "Customer", sortable: true },
    { accessorKey: "mode", header: "Mode", cell: ({ mode }) => <ModeBadge mode={mode} /> },
    {
      accessorKey: "version",
      header: "Uses",
      sortable: true,
      cell: ({ version }) =>
        version === newest ? (
          <Status tone="positive">Version {version}</Status>
        ) : (
          <Status tone="caution" reason={newest === null ? undefined : `wanted ${newest}`}>
            Version {version}
          </Status>
        ),
    },
    { accessorKey: "since", header: "Since", kind: "time", sortable: true },
    { accessorKey: "id", header: "ID", kind: "id", hidden: true },
  ];
  return (
    <DataTable
      label="Deployments"
      name="uses"
      page={page}
      columns={columns}
      rowHref={({ id }) => `/deployments/${id}/allowlist`}
      search="Deployment or customer"
      filters={[
        {
          name: "version",
          label: "Uses",
          options: versions.map((number) => ({ value: String(number), label: `Version ${number}` })),
        },
        {
          name: "mode",
          label: "Mode",
          options: Object.entries(MODE_WORDS).map(([value, label]) => ({ value, label })),
        },
      ]}
      defaultSort="version"
      empty={
        <EmptyState title="No deployment uses it.">
          A deployment uses the version that was newest when its first rule named the set, until a change
          request moves it.
        </EmptyState>
      }
    />
  );
}

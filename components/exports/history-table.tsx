"use client";

import { GitCompare, History } from "lucide-react";
import type { ReactNode } from "react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { ExportRow } from "#lib/exports/queries.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<ExportRow> = [
  { accessorKey: "formatName", header: "Format", sortable: "format", grow: true },
  { accessorKey: "current", header: "Content", cell: contentCell },
  { accessorKey: "rules", header: "Rules", kind: "number", sortable: true },
  { accessorKey: "leftOut", header: "Left out", kind: "number" },
  { accessorKey: "takenByName", header: "Taken by", sortable: "by" },
  { accessorKey: "takenFrom", header: "From", kind: "mono", hidden: true },
  { accessorKey: "createdAt", header: "Taken", kind: "time", sortable: "taken" },
  { accessorKey: "digest", header: "Content SHA-256", kind: "id" },
  { accessorKey: "fileSha256", header: "File SHA-256", kind: "id", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

interface HistoryTableProps {
  deploymentId: string;
  page: Page<ExportRow>;
  formats: readonly { value: string; label: string }[];
}

/** Who took which file of an allowlist, newest first. */
export function HistoryTable({ deploymentId, page, formats }: HistoryTableProps) {
  const filters: readonly ListFilter[] = [
    {
      name: "state",
      label: "Content",
      options: [
        { value: "current", label: "Current" },
        { value: "outdated", label: "Out of date" },
      ],
    },
    { name: "format", label: "Format", options: formats },
  ];
  return (
    <DataTable
      label="Exports"
      page={page}
      columns={columns}
      search="Person, address or SHA-256"
      filters={filters}
      defaultSort="-taken"
      rowActions={({ id }) => [
        {
          label: "Compare with now",
          href: `/deployments/${deploymentId}/allowlist/compare?export=${id}`,
          icon: <GitCompare />,
        },
      ]}
      empty={
        <EmptyState icon={<History />} title="Nothing was exported yet.">
          Whoever takes the rules in force as a file, prints them, or lets a firewall fetch them is kept here,
          with what it held.
        </EmptyState>
      }
    />
  );
}

function contentCell({ current }: ExportRow): ReactNode {
  return current ? <Status tone="positive">Current</Status> : <Status tone="caution">Out of date</Status>;
}

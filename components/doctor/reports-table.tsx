"use client";

import { Stethoscope } from "lucide-react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { ReportRow } from "#lib/doctor/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { OutcomeMark } from "./outcome.tsx";

const columns: Columns<ReportRow> = [
  { accessorKey: "machine", header: "Run on", sortable: true, grow: true },
  { accessorKey: "failed", header: "Result", sortable: true, cell: result },
  { accessorKey: "warnings", header: "Warnings", kind: "number", sortable: true, hidden: true },
  { accessorKey: "passed", header: "Passed", kind: "number" },
  { accessorKey: "skipped", header: "Skipped", kind: "number", hidden: true },
  { accessorKey: "ranAt", header: "Run", kind: "time", sortable: "ran" },
  { accessorKey: "broughtBy", header: "Brought by" },
  { accessorKey: "createdAt", header: "Brought", kind: "time", sortable: "brought", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** What the doctor found at a deployment, newest first. */
export function ReportsTable({ deploymentId, page }: { deploymentId: string; page: Page<ReportRow> }) {
  return (
    <DataTable
      label="Reports"
      page={page}
      columns={columns}
      rowHref={({ id }) => `/deployments/${deploymentId}/doctor/${id}`}
      search="Machine or who brought it"
      filters={FILTERS}
      defaultSort="-ran"
      empty={
        <EmptyState icon={<Stethoscope />} title="No reports yet.">
          The doctor looks at everything this deployment needs, from the site itself, and says for what fails
          which rule to open and whom to ask.
        </EmptyState>
      }
    />
  );
}

function result({ failed, warnings }: ReportRow) {
  if (failed > 0) return <OutcomeMark outcome="failed" word={`${failed} failed`} />;
  if (warnings > 0)
    return <OutcomeMark outcome="warning" word={`${warnings} ${warnings === 1 ? "warning" : "warnings"}`} />;
  return <OutcomeMark outcome="passed" word="All is well" />;
}

const FILTERS: readonly ListFilter[] = [
  {
    name: "result",
    label: "Result",
    options: [
      { value: "failed", label: "Something failed" },
      { value: "warning", label: "Warnings only" },
      { value: "passed", label: "All is well" },
    ],
  },
];

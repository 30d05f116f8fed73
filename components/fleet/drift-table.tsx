"use client";

import { CircleCheck } from "lucide-react";
import { RequestState } from "#components/change-requests/request-state.tsx";
import { ModeBadge } from "#components/deployments/mode-badge.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { STATE_WORDS } from "#lib/change-requests/words.ts";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import type { DriftRow, DriftSubject } from "#lib/fleet/queries.ts";
import { SUBJECT_WORDS } from "#lib/fleet/words.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<DriftRow> = [
  { accessorKey: "deploymentName", header: "Deployment", sortable: "deployment", grow: true },
  { accessorKey: "customerName", header: "Customer", sortable: "customer" },
  { accessorKey: "mode", header: "Mode", cell: ({ mode }) => <ModeBadge mode={mode} /> },
  {
    accessorKey: "subjectName",
    header: "Uses",
    sortable: "subject",
    cell: ({ subject, subjectName }) => (
      <span>
        {subjectName} <span className="text-muted">{SUBJECT_WORDS[subject].toLowerCase()}</span>
      </span>
    ),
  },
  {
    accessorKey: "installed",
    header: "Version",
    sortable: "behind",
    cell: ({ installed, wanted }) => (
      <span className="tabular-nums">
        {installed} <span className="text-muted">of {wanted}</span>
      </span>
    ),
  },
  {
    accessorKey: "requestState",
    header: "Change request",
    sortable: "request",
    cell: ({ requestState }) =>
      requestState ? <RequestState state={requestState} /> : <span className="text-muted">None</span>,
  },
];

interface DriftTableProps {
  page: Page<DriftRow>;
  subjects: readonly DriftSubject[];
  customers: readonly { id: string; name: string }[];
}

/** Every deployment that uses an older version of a set or pack than the newest there is. */
export function DriftTable({ page, subjects, customers }: DriftTableProps) {
  const words = (values: Readonly<Record<string, string>>, kept: readonly string[]) =>
    kept.map((value) => ({ value, label: values[value] ?? value }));
  const filters: ListFilter[] = [
    {
      name: "subject",
      label: "Uses",
      options: subjects.map(({ subjectId, subjectName }) => ({ value: subjectId, label: subjectName })),
    },
    { name: "mode", label: "Mode", options: words(MODE_WORDS, Object.keys(MODE_WORDS)) },
    {
      name: "request",
      label: "Change request",
      options: [
        { value: "none", label: "None" },
        ...words(STATE_WORDS, ["draft", "simulated", "proposed", "approved"]),
      ],
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
      label="Deployments behind"
      page={page}
      columns={columns}
      rowHref={({ deploymentId, requestId }) =>
        requestId
          ? `/deployments/${deploymentId}/allowlist/requests/${requestId}`
          : `/deployments/${deploymentId}/allowlist`
      }
      search="Deployment, customer, set or pack"
      filters={filters}
      defaultSort="deployment"
      empty={
        <EmptyState icon={<CircleCheck />} title="Every deployment uses the newest versions.">
          When a newer version of an address set is accepted, or the product brings one of a rule pack, the
          deployments that use an older one are listed here, and you can ask for the change at all of them at
          once.
        </EmptyState>
      }
    />
  );
}

"use client";

import { GitPullRequestArrow } from "lucide-react";
import type { ReactNode } from "react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { REQUEST_STATES } from "#lib/change-requests/policy.ts";
import type { RequestRow } from "#lib/change-requests/queries.ts";
import { EFFECT_WORDS, SIDE_WORDS, STATE_WORDS } from "#lib/change-requests/words.ts";
import type { Page } from "#lib/platform/list.ts";
import { EffectBadge, RequestState } from "./request-state.tsx";

const columns: Columns<RequestRow> = [
  { accessorKey: "title", header: "Request", sortable: true, grow: true, cell: titleCell },
  {
    accessorKey: "state",
    header: "State",
    sortable: true,
    cell: ({ state }) => <RequestState state={state} />,
  },
  { accessorKey: "waitsFor", header: "Waits for", cell: waitsCell },
  {
    accessorKey: "effect",
    header: "Traffic",
    cell: ({ effect }) => (effect ? <EffectBadge effect={effect} /> : null),
  },
  { accessorKey: "changeCount", header: "Changes", kind: "number" },
  { accessorKey: "deploymentName", header: "Deployment", sortable: "deployment" },
  { accessorKey: "customerName", header: "Customer", sortable: "customer" },
  { accessorKey: "ticket", header: "Ticket", hidden: true },
  { accessorKey: "createdByName", header: "Made by" },
  { accessorKey: "expiresAt", header: "Apply by", kind: "date", sortable: "expires", hidden: true },
  { accessorKey: "updatedAt", header: "Changed", kind: "time", sortable: "changed" },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];
const OF_FLEET = ["deploymentName", "customerName"];

const options = (values: readonly string[], words: Readonly<Record<string, string>>) =>
  values.map((value) => ({ value, label: words[value] ?? value }));

interface RequestsTableProps {
  page: Page<RequestRow>;
  /** Offered as a filter; null on the list of one deployment, which also names neither it nor its customer. */
  customers: readonly { id: string; name: string }[] | null;
  begin?: ReactNode;
}

/** Change requests, a page at a time. */
export function RequestsTable({ page, customers, begin }: RequestsTableProps) {
  const filters: readonly ListFilter[] = [
    {
      name: "mine",
      label: "Mine",
      options: options(["waiting", "made"], { waiting: "Wait for my word", made: "Made by me" }),
    },
    { name: "state", label: "State", options: options(REQUEST_STATES, STATE_WORDS) },
    { name: "effect", label: "Traffic", options: options(Object.keys(EFFECT_WORDS), EFFECT_WORDS) },
    ...(customers && customers.length > 1
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
      label="Change requests"
      page={page}
      columns={customers ? columns : columns.filter(({ accessorKey }) => !OF_FLEET.includes(accessorKey))}
      rowHref={({ id, deploymentId }) => `/deployments/${deploymentId}/allowlist/requests/${id}`}
      search="Title, number, ticket or reason"
      filters={filters}
      defaultSort="-changed"
      empty={
        <EmptyState icon={<GitPullRequestArrow />} title="No change requests yet." action={begin}>
          One person says what should open or close, and others approve it, before it becomes part of an
          allowlist.
        </EmptyState>
      }
    />
  );
}

function titleCell({ number, title }: RequestRow) {
  return (
    <span className="block max-w-90 truncate" title={title}>
      <span className="text-muted tabular-nums">{number}</span> {title}
    </span>
  );
}

function waitsCell({ waitsFor, effect }: RequestRow) {
  if (waitsFor.length === 0) return null;
  const joint = effect === "widening" ? " and " : " or ";
  return <span className="text-muted">{waitsFor.map((side) => SIDE_WORDS[side]).join(joint)}</span>;
}

"use client";

import { ScrollText } from "lucide-react";
import type { Route } from "next";
import { usePathname, useSearchParams } from "next/navigation";
import { LinkButton } from "#components/ui/button.tsx";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { AuditRow } from "#lib/audit/queries.ts";
import { AUDIT_ACTION_LABELS, actionLabel } from "#lib/audit/words.ts";
import type { Page } from "#lib/platform/list.ts";
import { EventSentence } from "./event-sentence.tsx";
import { TimeRange } from "./time-range.tsx";

const columns: Columns<AuditRow> = [
  { accessorKey: "occurredAt", header: "When, UTC", sortable: "time", cell: whenCell },
  {
    accessorKey: "targetName",
    header: "What happened",
    grow: true,
    cell: (row) => <EventSentence event={row} />,
  },
  { accessorKey: "action", header: "Action", hidden: true, cell: (row) => actionLabel(row.action) },
  { accessorKey: "customerName", header: "Customer" },
  { accessorKey: "deploymentName", header: "Deployment" },
  { accessorKey: "ip", header: "From", kind: "mono" },
  { accessorKey: "actorRole", header: "Role", hidden: true },
  { accessorKey: "targetId", header: "Target id", kind: "id", hidden: true },
  { accessorKey: "id", header: "Id", kind: "id", hidden: true },
];

interface AuditTableProps {
  page: Page<AuditRow>;
  actors: readonly { id: string; name: string }[];
  customers: readonly { id: string; name: string }[];
  /** What the list is about, when its URL names objects; offered as a filter that can be taken away. */
  targets: readonly string[];
  /** One deployment's log needs no columns for what is the same in every row. */
  ofDeployment?: boolean;
}

/** The log, newest first, a page at a time. A row opens beside it. */
export function AuditTable({ page, actors, customers, targets, ofDeployment = false }: AuditTableProps) {
  const path = usePathname();
  const params = useSearchParams();
  const hrefOf = (row: AuditRow) => {
    const next = new URLSearchParams(params);
    next.set("event", row.id);
    return `${path}?${next}`;
  };
  const isRanged = params.has("since") || params.has("until");
  const option = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });
  const filters: ListFilter[] = [
    { name: "action", label: "Action", options: AUDIT_ACTION_LABELS },
    { name: "actor", label: "Actor", options: actors.map(option) },
    ...(customers.length > 1
      ? [{ name: "customer", label: "Customer", options: customers.map(option) }]
      : []),
    ...(targets.length > 0
      ? [{ name: "target", label: "Target", options: targets.map((id) => ({ value: id, label: id })) }]
      : []),
  ];
  return (
    <DataTable
      label="Events"
      page={page}
      columns={
        ofDeployment
          ? columns.filter(({ accessorKey }) => !/^(customer|deployment)Name$/.test(accessorKey))
          : columns
      }
      rowHref={hrefOf}
      search="Actor, target, address or id"
      filters={filters}
      defaultSort="-time"
      toolbar={<TimeRange />}
      empty={isRanged ? <EmptyRange path={path} /> : <EmptyLog />}
    />
  );
}

function EmptyLog() {
  return (
    <EmptyState icon={<ScrollText />} title="Nothing has happened yet.">
      Every change is written here in the same moment it is made, with who made it and from where.
    </EmptyState>
  );
}

function EmptyRange({ path }: { path: string }) {
  return (
    <EmptyState
      icon={<ScrollText />}
      title="Nothing happened in this time."
      action={<LinkButton href={path as Route}>Show all times</LinkButton>}
    />
  );
}

/** Without "UTC" in every row: the head says it. */
function whenCell({ occurredAt }: AuditRow) {
  const moment = occurredAt.toISOString();
  return (
    <time dateTime={moment} className="font-normal text-xs tabular-nums">
      {moment.slice(0, 19).replace("T", " ")}
    </time>
  );
}

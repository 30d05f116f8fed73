"use client";

import { ArrowLeftRight, ArrowUpToLine } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { parseAsString, useQueryStates } from "nuqs";
import { type ReactNode, useTransition } from "react";
import { TimeRange } from "#components/audit/time-range.tsx";
import { Button } from "#components/ui/button.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { CrossingRow } from "#lib/crossings/queries.ts";
import { CROSSING_LIST } from "#lib/crossings/shape.ts";
import type { Page } from "#lib/platform/list.ts";
import * as cells from "./crossing-cells.tsx";

const columns: Columns<CrossingRow> = [
  { accessorKey: "beganAt", header: "When, UTC", sortable: "time", cell: cells.whenCell },
  { accessorKey: "outcome", header: "Outcome", cell: cells.outcomeCell },
  { accessorKey: "direction", header: "Direction", cell: cells.directionCell },
  { accessorKey: "peerName", header: "Other side", grow: true, cell: cells.peerCell },
  { accessorKey: "kind", header: "Kind", hidden: true, cell: cells.kindCell },
  { accessorKey: "clientName", header: "Client", cell: cells.clientCell },
  { accessorKey: "deploymentName", header: "Deployment" },
  { accessorKey: "bytesIn", header: "Bytes in", cell: (row) => cells.bytesCell(row.bytesIn) },
  { accessorKey: "bytesOut", header: "Bytes out", cell: (row) => cells.bytesCell(row.bytesOut) },
  { accessorKey: "peerAddress", header: "Address", kind: "mono", hidden: true },
  { accessorKey: "path", header: "Request", hidden: true, cell: cells.requestCell },
  { accessorKey: "status", header: "Status", hidden: true },
  { accessorKey: "latencyMs", header: "Latency, ms", kind: "number", hidden: true },
  { accessorKey: "purpose", header: "Purpose", hidden: true },
  { accessorKey: "tlsVersion", header: "TLS", hidden: true },
  { accessorKey: "ruleId", header: "Rule id", kind: "id", hidden: true },
  { accessorKey: "customerName", header: "Customer", hidden: true },
  { accessorKey: "environmentName", header: "Environment", hidden: true },
  { accessorKey: "gateway", header: "Gateway", hidden: true },
  { accessorKey: "correlationId", header: "Belongs to", kind: "id", hidden: true },
  { accessorKey: "crossingId", header: "Id", kind: "id", hidden: true },
];

interface CrossingsTableProps {
  page: Page<CrossingRow>;
  /** One deployment's crossings need no columns for what is the same in every row. */
  ofDeployment: boolean;
  /** How a gateway is begun, where nothing was ever written down. */
  begin: ReactNode;
}

/** What crossed the boundary or was refused to, a page at a time. A row opens beside it. */
export function CrossingsTable({ page, ofDeployment, begin }: CrossingsTableProps) {
  const path = usePathname();
  const params = useSearchParams();
  const hrefOf = (row: CrossingRow) => {
    const next = new URLSearchParams(params);
    next.set("crossing", row.id);
    return `${path}?${next}`;
  };
  return (
    <DataTable
      label="Crossings"
      page={page}
      columns={
        ofDeployment
          ? columns.filter(({ accessorKey }) => !/^(customer|deployment)Name$/.test(accessorKey))
          : columns
      }
      rowHref={hrefOf}
      search="Other side, client or id"
      otherFilters={CROSSING_LIST.filters}
      defaultSort="-time"
      toolbar={
        <>
          <RefusedFirst />
          <TimeRange />
        </>
      }
      empty={
        <EmptyState icon={<ArrowLeftRight />} title="Nothing has crossed yet." action={begin}>
          A gateway stands at a site's boundary: it lets pass what the allowlist names, refuses everything
          else, and writes down both. What it writes appears here.
        </EmptyState>
      }
    />
  );
}

/** Whether what was refused stands before all else. */
function RefusedFirst() {
  const [pending, startTransition] = useTransition();
  const [{ sort }, set] = useQueryStates(
    { sort: parseAsString.withDefault(""), page: parseAsString },
    { shallow: false, startTransition, history: "replace" },
  );
  const on = sort.endsWith("refused");
  return (
    <Button
      icon={<ArrowUpToLine />}
      aria-pressed={on}
      pending={pending}
      className={on ? "bg-accent-soft! text-accent!" : undefined}
      onClick={() => void set({ sort: on ? null : "-refused", page: null })}
    >
      Refused first
    </Button>
  );
}

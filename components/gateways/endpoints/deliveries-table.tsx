"use client";

import { CircleCheck } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { DeliveryRow } from "#lib/gateways/deliveries/queries.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<DeliveryRow> = [
  { accessorKey: "event", header: "Event", kind: "mono", grow: true },
  { accessorKey: "endpointName", header: "Endpoint" },
  { accessorKey: "state", header: "State", cell: stateCell },
  { accessorKey: "attempts", header: "Attempts", kind: "number", sortable: true },
  { accessorKey: "nextAt", header: "Next", kind: "time", sortable: "next" },
  { accessorKey: "openedAt", header: "First tried", kind: "time", sortable: "opened" },
  { accessorKey: "diedAt", header: "Given up", kind: "time", hidden: true },
  { accessorKey: "eventId", header: "Event ID", kind: "id", hidden: true },
];

interface DeliveriesTableProps {
  page: Page<DeliveryRow>;
  endpoints: readonly { value: string; label: string }[];
}

/** What endpoints have not taken. A row opens its attempts. */
export function DeliveriesTable({ page, endpoints }: DeliveriesTableProps) {
  const href = useDeliveryHref();
  return (
    <DataTable
      label="Deliveries"
      page={page}
      columns={columns}
      rowHref={href}
      search="Event or its id"
      filters={[
        {
          name: "state",
          label: "State",
          options: [
            { value: "waiting", label: "Waiting" },
            { value: "dead", label: "Given up" },
          ],
        },
        { name: "endpoint", label: "Endpoint", options: endpoints },
      ]}
      defaultSort="-opened"
      empty={
        <EmptyState icon={<CircleCheck />} title="Everything was taken.">
          What an endpoint does not take at once waits here, with every attempt.
        </EmptyState>
      }
      inCard
    />
  );
}

/** Where one delivery is looked at: this page, as it is now, with its drawer. */
export function useDeliveryHref(): (row: { endpointId: string; eventId: string }) => string {
  const pathname = usePathname();
  const params = useSearchParams();
  return ({ endpointId, eventId }) => {
    const next = new URLSearchParams(params);
    next.set("delivery", `${endpointId}:${eventId}`);
    return `${pathname}?${next}`;
  };
}

function stateCell({ state, problem }: DeliveryRow): ReactNode {
  const reason = problem ? { reason: problem } : {};
  return state === "dead" ? (
    <Status tone="negative" {...reason}>
      Given up
    </Status>
  ) : (
    <Status tone="caution" {...reason}>
      Waiting
    </Status>
  );
}

"use client";

import { Server } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Page } from "#lib/platform/list.ts";
import type { ServiceRow } from "#lib/services/queries.ts";
import { RemoveService } from "./remove-service.tsx";
import { ServiceState } from "./service-state.tsx";

const columns: Columns<ServiceRow> = [
  { accessorKey: "name", header: "Name", sortable: true, grow: true },
  { accessorKey: "stateReason", header: "State", cell: (row) => <ServiceState {...row} /> },
  { accessorKey: "baseUrl", header: "Address", cell: addressCell },
  {
    accessorKey: "customerName",
    header: "Belongs to",
    sortable: "customer",
    cell: ({ customerName }) => customerName ?? "The vendor",
  },
  { accessorKey: "environments", header: "Environments", kind: "number", sortable: true },
  { accessorKey: "lastHeardAt", header: "Last heard", kind: "time", sortable: "heard" },
  { accessorKey: "version", header: "Version", kind: "mono", hidden: true },
  { accessorKey: "keyFingerprint", header: "Key", kind: "mono", hidden: true },
  { accessorKey: "id", header: "Id", kind: "id", hidden: true },
];

/** Of an address that is encrypted, as all but those on this machine are, the host says enough. */
function addressCell({ baseUrl }: ServiceRow) {
  return (
    <code className="text-xs" title={baseUrl}>
      {baseUrl.replace(/^https:\/\//, "")}
    </code>
  );
}

interface ServicesTableProps {
  page: Page<ServiceRow>;
  canRemove: boolean;
  /** The button that registers one. */
  register?: ReactNode;
}

/** The identity services this console drives, and how each stands. A row opens beside the list. */
export function ServicesTable({ page, canRemove, register }: ServicesTableProps) {
  const path = usePathname();
  const params = useSearchParams();
  const hrefOf = ({ id }: ServiceRow) => {
    const next = new URLSearchParams(params);
    next.set("service", id);
    return `${path}?${next}`;
  };
  return (
    <DataTable
      label="Identity services"
      page={page}
      columns={columns}
      rowHref={hrefOf}
      {...(canRemove ? { rowMenu: (row: ServiceRow) => <RemoveService service={row} /> } : {})}
      search="Name, address or customer"
      filters={FILTERS}
      defaultSort="name"
      toolbar={register}
      empty={
        <EmptyState icon={<Server />} title="No identity services yet." action={register}>
          An offline identity service signs people in at a site without the Internet. The one of this
          installation registers itself as soon as it runs.
        </EmptyState>
      }
    />
  );
}

const FILTERS: readonly ListFilter[] = [
  {
    name: "state",
    label: "State",
    options: [
      { value: "answers", label: "Answers" },
      { value: "failing", label: "Failing" },
    ],
  },
];

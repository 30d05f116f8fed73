"use client";

import { AppWindow } from "lucide-react";
import type { ReactNode } from "react";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import type { ClientRow } from "#lib/gateways/clients/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { ClientMenu, type MayDoToClient } from "./client-menu.tsx";

const columns: Columns<ClientRow> = [
  { accessorKey: "name", header: "Application", sortable: true, grow: true },
  { accessorKey: "hasToken", header: "Known by", cell: knownBy },
  { accessorKey: "networks", header: "From", kind: "tags" },
  { accessorKey: "revokedAt", header: "State", cell: stateCell },
  { accessorKey: "createdAt", header: "Added", kind: "time", sortable: "made" },
  { accessorKey: "createdByName", header: "By", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** The applications that may use a gateway's proxy. */
export function ClientsTable({ page, may }: { page: Page<ClientRow>; may: MayDoToClient }) {
  return (
    <DataTable
      label="Clients"
      page={page}
      columns={columns}
      search="Application or network"
      filters={[
        {
          name: "state",
          label: "State",
          options: [
            { value: "live", label: "Let in" },
            { value: "revoked", label: "Revoked" },
          ],
        },
      ]}
      defaultSort="-made"
      rowMenu={(row) => <ClientMenu client={row} may={may} />}
      empty={
        <EmptyState icon={<AppWindow />} title="No application may use the proxy.">
          An application is known by a token, by its certificate, or by the network that it connects from.
        </EmptyState>
      }
    />
  );
}

function knownBy({ hasToken, certificateSha256, networks }: ClientRow): string {
  const certificates = certificateSha256.length;
  return [
    ...(hasToken ? ["Token"] : []),
    ...(certificates > 0 ? [certificates === 1 ? "Certificate" : `${certificates} certificates`] : []),
    ...(networks.length > 0 ? ["Network"] : []),
  ].join(", ");
}

function stateCell({ revokedAt, revokedByName, previousTokenEndsAt }: ClientRow): ReactNode {
  if (revokedAt)
    return (
      <Status tone="neutral" since={revokedAt} reason={`by ${revokedByName}`}>
        Revoked
      </Status>
    );
  if (previousTokenEndsAt) return <Status tone="caution">Two tokens</Status>;
  return <Status tone="positive">Let in</Status>;
}

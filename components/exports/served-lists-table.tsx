"use client";

import { Rss } from "lucide-react";
import type { ReactNode } from "react";
import { DIRECTION_WORDS } from "#components/allowlist/words.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import { revokeListAction } from "#lib/exports/actions.ts";
import type { ServedListRow } from "#lib/exports/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import { serviceWords } from "./words.ts";

const columns: Columns<ServedListRow> = [
  { accessorKey: "name", header: "Firewall", sortable: true, grow: true },
  { accessorKey: "direction", header: "Holds", cell: contentCell },
  { accessorKey: "revokedAt", header: "State", cell: stateCell },
  { accessorKey: "lastFetchedAt", header: "Last fetched", kind: "time", sortable: "fetched" },
  { accessorKey: "lastFetchedFrom", header: "By", kind: "mono" },
  { accessorKey: "servedChangedAt", header: "Content since", kind: "time" },
  { accessorKey: "createdByName", header: "Made by", hidden: true },
  { accessorKey: "createdAt", header: "Made", kind: "time", sortable: "made", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

interface ServedListsTableProps {
  page: Page<ServedListRow>;
  mayRevoke: boolean;
}

/** The lists of addresses that firewalls fetch, in a card. */
export function ServedListsTable({ page, mayRevoke }: ServedListsTableProps) {
  return (
    <DataTable
      label="Served lists"
      name="lists"
      page={page}
      columns={columns}
      search="Firewall or who made it"
      filters={[
        {
          name: "state",
          label: "State",
          options: [
            { value: "live", label: "Served" },
            { value: "revoked", label: "Revoked" },
          ],
        },
      ]}
      defaultSort="-made"
      {...(mayRevoke ? { rowMenu: revokeButton } : {})}
      empty={
        <EmptyState icon={<Rss />} title="No firewall fetches a list.">
          A firewall that can fetch a list by itself follows every change of the rules, and every expiry,
          without a file being carried: an External Dynamic List of Palo Alto, a threat feed of FortiGate, a
          network feed of Check Point.
        </EmptyState>
      }
      inCard
    />
  );
}

function contentCell({ holds, direction, service }: ServedListRow): string {
  return holds === "rules" ? "All rules, as JSON" : `${DIRECTION_WORDS[direction]}, ${serviceWords(service)}`;
}

function stateCell({ revokedAt, revokedByName, lastFetchedAt }: ServedListRow): ReactNode {
  if (revokedAt)
    return (
      <Status tone="neutral" since={revokedAt} reason={`by ${revokedByName}`}>
        Revoked
      </Status>
    );
  return lastFetchedAt ? (
    <Status tone="positive">Served</Status>
  ) : (
    <Status tone="neutral">Never fetched</Status>
  );
}

function revokeButton({ id, name, revokedAt }: ServedListRow): ReactNode {
  if (revokedAt) return null;
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Revoke</Button>}
      title="Revoke the list"
      description={`Its URL stops working at once. ${name} keeps what it fetched last until somebody there removes it: revoking shuts no door.`}
      confirm="Revoke list"
      action={revokeListAction}
      fields={{ servedListId: id }}
      done="List revoked"
    />
  );
}

"use client";

import { Mail } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { type Columns, DataTable, type ListFilter } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { MessageRow } from "#lib/messages/queries.ts";
import { MESSAGE_KINDS, messageKind } from "#lib/messages/shape.ts";
import type { Page } from "#lib/platform/list.ts";
import { MessageStatus, STATE_WORDS } from "./message-status.tsx";

const columns: Columns<MessageRow> = [
  { accessorKey: "recipient", header: "Recipient", sortable: true, grow: true },
  { accessorKey: "kind", header: "Message", sortable: true, cell: ({ kind }) => messageKind(kind) },
  { accessorKey: "state", header: "State", sortable: true, cell: (row) => <MessageStatus message={row} /> },
  { accessorKey: "createdAt", header: "Written", kind: "time", sortable: true },
  { accessorKey: "expiresAt", header: "Good until", kind: "time", sortable: true },
  { accessorKey: "attempts", header: "Tries", kind: "number", hidden: true },
  { accessorKey: "settledAt", header: "Settled", kind: "time", hidden: true },
  { accessorKey: "id", header: "ID", kind: "id", hidden: true },
];

/** The messages of an environment, newest first. A row opens beside the list. */
export function MessagesTable({ page, relayed }: { page: Page<MessageRow>; relayed: boolean }) {
  const path = usePathname();
  const params = useSearchParams();
  const hrefOf = ({ id }: MessageRow) => {
    const next = new URLSearchParams(params);
    next.set("message", id);
    return `${path}?${next}`;
  };
  return (
    <DataTable
      label="Messages"
      page={page}
      columns={columns}
      rowHref={hrefOf}
      search="Search recipients"
      filters={FILTERS}
      defaultSort="-createdAt"
      empty={
        <EmptyState icon={<Mail />} title="No messages yet.">
          Sign-in codes, invitations and password resets of this environment are listed here,{" "}
          {relayed
            ? "with what its mail relay made of each."
            : "for an operator to bring to their recipients."}
        </EmptyState>
      }
    />
  );
}

const FILTERS: readonly ListFilter[] = [
  {
    name: "state",
    label: "State",
    options: Object.entries(STATE_WORDS).map(([value, { word }]) => ({ value, label: word })),
  },
  {
    name: "kind",
    label: "Message",
    options: Object.entries(MESSAGE_KINDS).map(([value, label]) => ({ value, label })),
  },
];

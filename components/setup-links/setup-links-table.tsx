"use client";

import { Link2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Page } from "#lib/platform/list.ts";
import { revokeSetupLinkAction } from "#lib/setup-links/actions.ts";
import type { SetupLinkRow } from "#lib/setup-links/queries.ts";
import { LINK_STATES } from "#lib/setup-links/shape.ts";
import { LINK_STATE_WORDS, PURPOSE_WORDS } from "#lib/setup-links/words.ts";
import { LinkStatus } from "./link-status.tsx";

const columns: Columns<SetupLinkRow> = [
  { accessorKey: "organizationName", header: "Organization", sortable: "organization", grow: true },
  { accessorKey: "purposes", header: "For", cell: purposesCell },
  { accessorKey: "state", header: "State", cell: (row) => <LinkStatus link={row} /> },
  {
    accessorKey: "createdByName",
    header: "Made by",
    cell: ({ createdByName }) => createdByName || "The application",
  },
  { accessorKey: "createdAt", header: "Made", kind: "time", sortable: "created" },
  { accessorKey: "openedAt", header: "Opened", kind: "time", sortable: "opened" },
  { accessorKey: "expiresAt", header: "Expires", kind: "date", sortable: "expires" },
  { accessorKey: "stepsDone", header: "Steps done", kind: "number", hidden: true },
  { accessorKey: "lastSeenAt", header: "Last used", kind: "time", hidden: true },
  { accessorKey: "environmentName", header: "Environment", hidden: true },
  { accessorKey: "note", header: "Note", hidden: true },
  { accessorKey: "id", header: "Id", kind: "id", hidden: true },
];

interface SetupLinksTableProps {
  page: Page<SetupLinkRow>;
  environments: readonly { id: string; name: string }[];
  mayRevoke: boolean;
  actions?: ReactNode;
}

/** The links that were made for customers' people, the newest first. */
export function SetupLinksTable({ page, environments, mayRevoke, actions }: SetupLinksTableProps) {
  return (
    <DataTable
      label="Set-up links"
      page={page}
      columns={columns}
      search="Search organization, person or note"
      filters={[
        {
          name: "state",
          label: "State",
          options: LINK_STATES.map((value) => ({ value, label: LINK_STATE_WORDS[value] })),
        },
        {
          name: "purpose",
          label: "For",
          options: Object.entries(PURPOSE_WORDS).map(([value, { name }]) => ({ value, label: name })),
        },
        {
          name: "environment",
          label: "Environment",
          options: environments.map(({ id, name }) => ({ value: id, label: name })),
        },
      ]}
      defaultSort="-created"
      toolbar={actions}
      {...(mayRevoke ? { rowMenu: revokeButton } : {})}
      empty={
        <EmptyState icon={<Link2 />} title="No set-up links yet." {...(actions ? { action: actions } : {})}>
          With a set-up link, the customer’s own people connect their identity provider or directory by
          themselves.
        </EmptyState>
      }
    />
  );
}

function purposesCell({ purposes }: SetupLinkRow): string {
  return purposes.map((purpose) => PURPOSE_WORDS[purpose].name).join(", ");
}

function revokeButton({ id, organizationName, state }: SetupLinkRow): ReactNode {
  if (state !== "waiting" && state !== "open" && state !== "expired") return null;
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Revoke</Button>}
      title="Revoke the set-up link"
      description={`Whoever at ${organizationName} has it is out at the next step. What they saved is kept.`}
      confirm="Revoke link"
      action={revokeSetupLinkAction}
      fields={{ setupLinkId: id }}
      done="Set-up link revoked"
    />
  );
}

"use client";

import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { revokeInvitationAction } from "#lib/people/actions.ts";
import type { InvitationRow } from "#lib/people/queries.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";
import type { Page } from "#lib/platform/list.ts";

const columns: Columns<InvitationRow> = [
  { accessorKey: "email", header: "E-mail", sortable: true, grow: true },
  { accessorKey: "role", header: "Role", cell: ({ role }) => ROLE_WORDS[role].name },
  { accessorKey: "customers", header: "Customers", cell: ({ customers }) => customers ?? "All" },
  { accessorKey: "inviter", header: "Invited by" },
  { accessorKey: "createdAt", header: "Invited", kind: "time", sortable: "created" },
  { accessorKey: "expiresAt", header: "Ends", kind: "date" },
];

/** Who was invited and has not come yet. */
export function Invitations({ page, long }: { page: Page<InvitationRow>; long: boolean }) {
  if (page.total === 0 && !long) return null;
  return (
    <Card title="Invited, not here yet" flush>
      <DataTable
        inCard
        name="invited"
        label="Invitations"
        page={page}
        columns={columns}
        {...(long ? { search: "Search e-mail" } : {})}
        defaultSort="-created"
        rowMenu={({ id, email }) => (
          <ConfirmDialog
            trigger={<Button size="sm">Take back</Button>}
            title="Take the invitation back"
            description={`The link that ${email} has stops working. You can invite them again.`}
            confirm="Take back"
            action={revokeInvitationAction}
            fields={{ invitationId: id }}
            done="Invitation taken back"
          />
        )}
      />
    </Card>
  );
}

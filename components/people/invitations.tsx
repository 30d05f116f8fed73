"use client";

import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Time } from "#components/ui/time.tsx";
import { revokeInvitationAction } from "#lib/people/actions.ts";
import type { InvitationRow } from "#lib/people/queries.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";

/** Who was invited and has not come yet. */
export function Invitations({ rows }: { rows: readonly InvitationRow[] }) {
  if (rows.length === 0) return null;
  return (
    <Card title="Invited, not here yet" flush>
      <ul>
        {rows.map((row) => (
          <li
            key={row.id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-2.5 text-sm last:border-0"
          >
            <div className="grid min-w-0">
              <span className="truncate font-medium">{row.email}</span>
              <span className="text-muted text-xs">
                {ROLE_WORDS[row.role].name}, {reachWords(row.customers)}. Invited by{" "}
                {row.inviter || "somebody"} <Time at={row.createdAt} />; ends{" "}
                <Time at={row.expiresAt} show="date" />.
              </span>
            </div>
            <ConfirmDialog
              trigger={<Button size="sm">Take back</Button>}
              title="Take the invitation back"
              description={`The link that ${row.email} has stops working. You can invite them again.`}
              confirm="Take back"
              action={revokeInvitationAction}
              fields={{ invitationId: row.id }}
              done="Invitation taken back"
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function reachWords(customers: number | null): string {
  if (customers === null) return "all customers";
  return customers === 1 ? "one customer" : `${customers} customers`;
}

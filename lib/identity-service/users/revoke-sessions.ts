import { type Run, sql } from "../db.ts";
import { eventRow, recordEvents } from "../events/record.ts";
import { type SessionRow, sessionInEvent } from "./session.ts";

const REVOKE = sql(
  "user_sessions_revoke",
  `UPDATE identity.sessions SET status = 'revoked', ended_at = now(), updated_at = now()
   WHERE environment_id = $1 AND user_id = $2 AND ($3::text IS NULL OR organization_id = $3) AND status = 'active'
   RETURNING *`,
);

/** Ends a user's sessions, all of them or those in one organization, in the transaction that takes their reason away. */
export async function revokeSessions(
  run: Run,
  environmentId: string,
  userId: string,
  organizationId: string | null,
): Promise<void> {
  const ended = await run<SessionRow>(REVOKE, [environmentId, userId, organizationId]);
  const events = ended.map((row) =>
    eventRow(environmentId, row.id, {
      event: "session.revoked",
      data: sessionInEvent(row),
      organizationId: row.organization_id,
    }),
  );
  await recordEvents(run, events);
}

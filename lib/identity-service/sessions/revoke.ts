import { type Run, sql } from "../db.ts";
import { eventRow, recordEvents } from "../events/record.ts";
import { forget, forgetResting, forgetUser } from "./remembered.ts";
import { type SessionRow, sessionInEvent } from "./session.ts";

const REVOKE = sql(
  "user_sessions_revoke",
  `UPDATE identity.sessions SET status = 'revoked', ended_at = now(), updated_at = now()
   WHERE environment_id = $1 AND user_id = $2 AND ($3::text IS NULL OR organization_id = $3) AND status = 'active'
   RETURNING *`,
);

const REVOKE_ONE = sql(
  "session_revoke",
  `UPDATE identity.sessions SET status = 'revoked', ended_at = now(), updated_at = now()
   WHERE environment_id = $1 AND id = $2 AND status = 'active' RETURNING *`,
);

/** Ends one session. Null where it is over, or there is none. */
export async function revokeSession(run: Run, environmentId: string, id: string): Promise<SessionRow | null> {
  const [row] = await run<SessionRow>(REVOKE_ONE, [environmentId, id]);
  if (row) await tell(run, environmentId, [row]);
  return row ?? null;
}

/** Ends a user's sessions, all of them or those in one organization, in the transaction that takes their reason away. */
export async function revokeSessions(
  run: Run,
  environmentId: string,
  userId: string,
  organizationId: string | null,
): Promise<void> {
  const ended = await run<SessionRow>(REVOKE, [environmentId, userId, organizationId]);
  await forgetUser(run, environmentId, userId, organizationId);
  await tell(run, environmentId, ended);
}

const REVOKE_IN = sql(
  "organization_sessions_revoke",
  `UPDATE identity.sessions SET status = 'revoked', ended_at = now(), updated_at = now()
   WHERE environment_id = $1 AND organization_id = $2 AND status = 'active' RETURNING *`,
);

/** Ends every session in an organization. */
export async function revokeSessionsIn(
  run: Run,
  environmentId: string,
  organizationId: string,
): Promise<void> {
  await tell(run, environmentId, await run<SessionRow>(REVOKE_IN, [environmentId, organizationId]));
}

const REVOKE_RESTING = sql(
  "resting_sessions_revoke",
  `UPDATE identity.sessions SET status = 'revoked', ended_at = now(), updated_at = now()
   WHERE environment_id = $1 AND idp_session_id = ANY($2) AND status = 'active' RETURNING *`,
);

/** Ends every session that rests on one of these at an identity provider. */
export async function revokeSessionsRestingOn(
  run: Run,
  environmentId: string,
  idpSessionIds: readonly string[],
): Promise<void> {
  await tell(run, environmentId, await run<SessionRow>(REVOKE_RESTING, [environmentId, idpSessionIds]));
  await forgetResting(run, environmentId, idpSessionIds);
}

async function tell(run: Run, environmentId: string, ended: readonly SessionRow[]): Promise<void> {
  const events = ended.map((row) =>
    eventRow(environmentId, row.id, {
      event: "session.revoked",
      data: sessionInEvent(row),
      organizationId: row.organization_id,
    }),
  );
  await recordEvents(run, events);
  // Or the browser would sign in again by itself.
  const remembered = ended.flatMap((row) => row.remembered_id ?? []);
  await forget(run, environmentId, remembered);
}

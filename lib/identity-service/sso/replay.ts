import { sql } from "../db.ts";
import type { Service } from "../service.ts";
import { endIdpSessions } from "../single-logout/store.ts";

const REVOKE = sql(
  "code_revoke_replayed",
  `UPDATE identity.sign_in_grants AS granted SET revoked_at = $3 FROM identity.profiles AS profile
   WHERE granted.environment_id = $1 AND granted.code_hash = $2 AND granted.redeemed_at IS NOT NULL AND granted.revoked_at IS NULL
     AND profile.id = granted.profile_id
   RETURNING granted.idp_session_id, profile.connection_id`,
);

/**
 * RFC 6749, 4.1.2: a code that comes twice was seen by somebody else, and so was perhaps what it was exchanged for. The token
 * and the sessions that came of it end, whichever endpoint it was brought to.
 */
export async function revokeReplayed(
  { db, clock }: Service,
  environmentId: string,
  codeHash: string,
): Promise<void> {
  const now = clock();
  await db.transaction(environmentId, async (run) => {
    type Row = { idp_session_id: string | null; connection_id: string };
    const [row] = await run<Row>(REVOKE, [environmentId, codeHash, now]);
    if (!row?.idp_session_id) return;
    const { idp_session_id: id, connection_id: connectionId } = row;
    const ended = { connectionId, id, subjectHash: null, sessionIndexes: null };
    await endIdpSessions(run, environmentId, ended, now);
  });
}

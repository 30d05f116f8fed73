import { EVERY_ENVIRONMENT, type Run, sql } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { NameId } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { revokeSessionsRestingOn } from "../sessions/revoke.ts";

/** Somebody's session at an identity provider, with what it takes to end it there. */
export interface IdpSessionRow {
  id: string;
  environment_id: string;
  name_id: NameId | null;
  subject_hash: string | null;
  session_index: string | null;
  profile_id: string;
  id_token_sealed: string | null;
  connection_id: string;
  connection_state: string;
  external_key: string;
  saml: unknown;
  oidc: unknown;
}

const SELECT = `SELECT idp.id, idp.environment_id, idp.name_id, idp.subject_hash, idp.session_index, idp.profile_id,
    profile.id_token_sealed, connection.id AS connection_id, connection.state AS connection_state, connection.external_key,
    connection.saml, connection.oidc
  FROM identity.idp_sessions AS idp JOIN identity.profiles AS profile ON profile.id = idp.profile_id
  JOIN identity.connections AS connection ON connection.id = idp.connection_id
  WHERE idp.environment_id = $1 AND idp.ended_at IS NULL`;
const FIND = sql("idp_session_find", `${SELECT} AND idp.id = $2`);
const LATEST = sql("idp_session_latest", `${SELECT} AND idp.profile_id = $2 ORDER BY idp.id DESC LIMIT 1`);

/** Null where it has ended. */
export async function findIdpSession(
  run: Run,
  environmentId: string,
  id: string,
): Promise<IdpSessionRow | null> {
  return (await run<IdpSessionRow>(FIND, [environmentId, id]))[0] ?? null;
}

/** The session that a person began last. */
export async function latestIdpSession(
  run: Run,
  environmentId: string,
  profileId: string,
): Promise<IdpSessionRow | null> {
  return (await run<IdpSessionRow>(LATEST, [environmentId, profileId]))[0] ?? null;
}

// A session whose index we were never told may be any of those named.
const END = sql(
  "idp_sessions_end",
  `UPDATE identity.idp_sessions SET ended_at = $6
   WHERE environment_id = $1 AND connection_id = $2 AND ended_at IS NULL
     AND (id = $3 OR (subject_hash = $4 AND ($5::text[] IS NULL OR session_index IS NULL OR session_index = ANY($5))))
   RETURNING id`,
);

/** Which sessions at an identity provider end: one by its id, or a person's, all of them or those of these indexes. */
export interface Ended {
  connectionId: string;
  id: string | null;
  subjectHash: string | null;
  /** Null: all. */
  sessionIndexes: readonly string[] | null;
}

/** Ends them and all that rests on them: sessions with their tokens, and codes that nobody has exchanged yet. */
export async function endIdpSessions(
  run: Run,
  environmentId: string,
  { connectionId, id, subjectHash, sessionIndexes }: Ended,
  now: Date,
): Promise<void> {
  const values = [environmentId, connectionId, id, subjectHash, sessionIndexes, now];
  const ended = await run<{ id: string }>(END, values);
  await revokeSessionsRestingOn(
    run,
    environmentId,
    ended.map((row) => row.id),
  );
}

/** Ends one session at the provider: whatever else of ours rests on the same one ends with it. */
export function itself(session: IdpSessionRow): Ended {
  const { connection_id: connectionId, id, subject_hash, session_index } = session;
  const shared = session_index === null ? null : subject_hash;
  return {
    connectionId,
    id,
    subjectHash: shared,
    sessionIndexes: session_index === null ? null : [session_index],
  };
}

const EXPECT = sql(
  "single_logout_expect",
  `INSERT INTO identity.single_logouts (handle_hash, environment_id, connection_id, return_to, expires_at)
   VALUES ($2, $1, $3, $4, $5)`,
);
// Looked up across environments: the handle is the proof of which one.
const TAKE = sql(
  "single_logout_take",
  `DELETE FROM identity.single_logouts WHERE handle_hash = $1 AND connection_id = $2 AND expires_at > $3 RETURNING return_to`,
);

/** Remembers where a browser wants to go once it is back from the identity provider. */
export async function expectBack(
  run: Run,
  environmentId: string,
  {
    handle,
    connectionId,
    returnTo,
    until,
  }: { handle: string; connectionId: string; returnTo: string | null; until: Date },
): Promise<void> {
  await run(EXPECT, [environmentId, hashSecret(handle), connectionId, returnTo, until]);
}

/** Each is good once. Null where none waits for this handle. */
export async function takeBack(
  { db, clock }: Service,
  connectionId: string,
  handle: string,
): Promise<{ return_to: string | null } | null> {
  const values = [hashSecret(handle), connectionId, clock()];
  return (await db.query<{ return_to: string | null }>(EVERY_ENVIRONMENT, TAKE, values))[0] ?? null;
}

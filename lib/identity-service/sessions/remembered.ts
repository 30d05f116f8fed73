import { HOUR_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import type { EnvironmentSettings } from "../environments/settings.ts";
import { hashSecret } from "../keys/secrets.ts";
import { oauthError } from "../wire/errors.ts";

/** Somebody who signed in by our own pages and is known again in the same browser, for other applications too. */
export interface RememberedRow {
  id: string;
  user_id: string;
  organization_id: string | null;
  method: string;
  second_factor: boolean;
  idp_session_id: string | null;
  signed_in_at: Date;
}

const FIND = sql(
  "remembered_find",
  `SELECT * FROM identity.remembered_sign_ins
   WHERE environment_id = $1 AND secret_hash = $2 AND idle_at > $3 AND expires_at > $3`,
);
const INSERT = sql(
  "remembered_insert",
  `INSERT INTO identity.remembered_sign_ins (id, environment_id, secret_hash, user_id, organization_id, method, second_factor,
     idp_session_id, signed_in_at, idle_at, expires_at)
   VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);
const TOUCH = sql(
  "remembered_touch",
  `UPDATE identity.remembered_sign_ins SET organization_id = $3, idle_at = $4, second_factor = $5 WHERE environment_id = $1 AND id = $2 RETURNING id`,
);

export async function findRemembered(
  run: Run,
  environmentId: string,
  secret: string,
  now: Date,
): Promise<RememberedRow | null> {
  return (await run<RememberedRow>(FIND, [environmentId, hashSecret(secret), now]))[0] ?? null;
}

type New = Omit<RememberedRow, "id">;

/** As long as a session may last at most, and be left alone. */
export async function insertRemembered(
  run: Run,
  environmentId: string,
  { sessions }: EnvironmentSettings,
  secret: string,
  row: New,
): Promise<string> {
  const id = newId("remembered");
  const since = row.signed_in_at.getTime();
  await run(INSERT, [
    environmentId,
    id,
    hashSecret(secret),
    row.user_id,
    row.organization_id,
    row.method,
    row.second_factor,
    row.idp_session_id,
    row.signed_in_at,
    new Date(since + sessions.inactivity_hours * HOUR_MS),
    new Date(since + sessions.maximum_hours * HOUR_MS),
  ]);
  return id;
}

/** It was used: it stays. @throws WireError 400 where it has ended meanwhile */
export async function touchRemembered(
  run: Run,
  environmentId: string,
  { sessions }: EnvironmentSettings,
  {
    id,
    organizationId,
    secondFactor,
    now,
  }: { id: string; organizationId: string | null; secondFactor: boolean; now: Date },
): Promise<void> {
  const idleAt = new Date(now.getTime() + sessions.inactivity_hours * HOUR_MS);
  const touched = await run(TOUCH, [environmentId, id, organizationId, idleAt, secondFactor]);
  if (touched.length === 0) throw signedOut();
}

// Locks the row: a sign-out that comes meanwhile waits, and then finds the session.
const REST = sql(
  "remembered_rest",
  "SELECT id FROM identity.remembered_sign_ins WHERE environment_id = $1 AND id = $2 FOR SHARE",
);

/** A session comes of it. @throws WireError 400 where the person has signed out since the code was given */
export async function restOnRemembered(run: Run, environmentId: string, id: string): Promise<void> {
  if ((await run(REST, [environmentId, id])).length === 0) throw signedOut();
}

function signedOut() {
  return oauthError("invalid_grant", "The person has signed out meanwhile.");
}

const FORGET = sql(
  "remembered_forget",
  "DELETE FROM identity.remembered_sign_ins WHERE environment_id = $1 AND id = ANY($2)",
);
const FORGET_SECRET = sql(
  "remembered_forget_secret",
  "DELETE FROM identity.remembered_sign_ins WHERE environment_id = $1 AND secret_hash = $2 RETURNING user_id",
);
const FORGET_USER = sql(
  "remembered_forget_user",
  `DELETE FROM identity.remembered_sign_ins
   WHERE environment_id = $1 AND user_id = $2 AND ($3::text IS NULL OR organization_id = $3)`,
);
const FORGET_RESTING = sql(
  "remembered_forget_resting",
  "DELETE FROM identity.remembered_sign_ins WHERE environment_id = $1 AND idp_session_id = ANY($2)",
);

export async function forget(run: Run, environmentId: string, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await run(FORGET, [environmentId, ids]);
}

/** Returns whose sign-in it was, where there was one. */
export async function forgetSecret(run: Run, environmentId: string, secret: string): Promise<string | null> {
  const [gone] = await run<{ user_id: string }>(FORGET_SECRET, [environmentId, hashSecret(secret)]);
  return gone?.user_id ?? null;
}

/** In every browser, or where they were in this organization. */
export async function forgetUser(
  run: Run,
  environmentId: string,
  userId: string,
  organizationId: string | null,
): Promise<void> {
  await run(FORGET_USER, [environmentId, userId, organizationId]);
}

export async function forgetResting(
  run: Run,
  environmentId: string,
  idpSessionIds: readonly string[],
): Promise<void> {
  await run(FORGET_RESTING, [environmentId, idpSessionIds]);
}

import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { json, type Run, sql } from "../db.ts";
import type { EnvironmentSettings } from "../environments/settings.ts";
import { recordEvent } from "../events/record.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { notFound, oauthError } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { restOnRemembered } from "./remembered.ts";
import { type SessionRow, sessionInEvent } from "./session.ts";

/** Somebody who signs in as another sees what they must and no longer. */
const IMPERSONATION_LASTS_MS = 60 * MINUTE_MS;

const INSERT = sql(
  "session_insert",
  `INSERT INTO identity.sessions (environment_id, id, user_id, organization_id, auth_method, status, ip_address, user_agent,
     impersonator, expires_at, created_at, updated_at, idp_session_id, remembered_id, signed_in_at)
   VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $9, $10, $10, $11, $12, $13) RETURNING *`,
);
const INSERT_TOKEN = sql(
  "refresh_token_insert",
  `INSERT INTO identity.refresh_tokens (token_hash, environment_id, session_id, expires_at) VALUES ($2, $1, $3, $4)`,
);
const SIGNED_IN = sql(
  "session_signed_in",
  "UPDATE identity.users SET last_sign_in_at = $3 WHERE environment_id = $1 AND id = $2",
);

export interface NewSession {
  userId: string;
  organizationId: string | null;
  method: string;
  idpSessionId: string | null;
  /** The browser's sign-in it comes of; none where it was not by our pages. */
  rememberedId?: string | null;
  signedInAt?: Date | null;
  ipAddress: string | null;
  userAgent: string | null;
  impersonator: SessionRow["impersonator"];
}

/** A new session, with its event. */
export async function insertSession(
  { clock }: Service,
  run: Run,
  environmentId: string,
  { sessions }: EnvironmentSettings,
  wanted: NewSession,
): Promise<SessionRow> {
  const id = newId("session");
  const now = clock();
  const lasts = wanted.impersonator ? IMPERSONATION_LASTS_MS : sessions.maximum_hours * HOUR_MS;
  const { userId, organizationId, method, ipAddress, userAgent, impersonator, idpSessionId } = wanted;
  const expiresAt = new Date(now.getTime() + lasts);
  if (wanted.rememberedId) await restOnRemembered(run, environmentId, wanted.rememberedId);
  if (idpSessionId) await lean(run, environmentId, idpSessionId, expiresAt);
  const [row] = await run<SessionRow>(INSERT, [
    environmentId,
    id,
    userId,
    organizationId,
    method,
    ipAddress,
    userAgent,
    impersonator && json(impersonator),
    expiresAt,
    createdAt(id),
    idpSessionId,
    wanted.rememberedId ?? null,
    wanted.signedInAt ?? null,
  ]);
  if (!row) throw notFound("User", userId);
  if (!impersonator) await run(SIGNED_IN, [environmentId, userId, now]);
  await recordEvent(run, environmentId, {
    event: "session.created",
    data: sessionInEvent(row),
    organizationId,
  });
  return row;
}

// Locks the row: a logout that comes meanwhile waits, and then finds the session.
const LEAN = sql(
  "idp_session_lean",
  `UPDATE identity.idp_sessions SET expires_at = greatest(expires_at, $3)
   WHERE environment_id = $1 AND id = $2 AND ended_at IS NULL RETURNING id`,
);

/** A session rests on the one at the identity provider. @throws WireError 400 where that has ended in the meantime. */
async function lean(run: Run, environmentId: string, idpSessionId: string, until: Date): Promise<void> {
  const found = await run(LEAN, [environmentId, idpSessionId, until]);
  if (found.length === 0)
    throw oauthError("invalid_grant", "The person has signed out at the identity provider meanwhile.");
}

/** A refresh token for a session. It is good once, and while the session is not left alone for too long. */
export async function insertRefreshToken(
  { clock }: Service,
  run: Run,
  environmentId: string,
  { sessions }: EnvironmentSettings,
  session: SessionRow,
): Promise<string> {
  const token = randomSecret();
  const idle = clock().getTime() + sessions.inactivity_hours * HOUR_MS;
  const expiresAt = new Date(Math.min(idle, session.expires_at.getTime()));
  await run(INSERT_TOKEN, [environmentId, hashSecret(token), session.id, expiresAt]);
  return token;
}

export function sessionsOf(environmentId: string, userId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.sessions AS row",
    where: ["row.environment_id = $1", "row.user_id = $2"],
    values: [environmentId, userId],
  };
}

import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import { hashSecret, newCode, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";

const CODE_LASTS_MS = 10 * MINUTE_MS;
const REFRESH_LASTS_MS = 30 * DAY_MS;

const INSERT = sql(
  "oauth_grant_insert",
  `INSERT INTO identity.connect_grants (secret_hash, environment_id, authorization_id, kind, family_id, scopes, nonce, redirect_uri,
     code_challenge, signed_in_at, expires_at)
   VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);
const LOCK = sql(
  "oauth_grant_lock",
  `SELECT held.*, authorized.user_id, authorized.organization_id, authorized.application_id
   FROM identity.connect_grants AS held JOIN identity.connect_authorizations AS authorized ON authorized.id = held.authorization_id
   WHERE held.environment_id = $1 AND held.secret_hash = $2 AND held.kind = $3 FOR UPDATE OF held`,
);
const USE = sql(
  "oauth_grant_use",
  "UPDATE identity.connect_grants SET used_at = $3 WHERE environment_id = $1 AND secret_hash = $2",
);
const REVOKE = sql(
  "oauth_family_revoke",
  "UPDATE identity.connect_grants SET revoked_at = $3 WHERE environment_id = $1 AND family_id = $2 AND revoked_at IS NULL",
);
const ALIVE = sql(
  "oauth_family_alive",
  `SELECT authorized.user_id FROM identity.connect_grants AS held
   JOIN identity.connect_authorizations AS authorized ON authorized.id = held.authorization_id
   WHERE held.environment_id = $1 AND held.family_id = $2 AND held.revoked_at IS NULL LIMIT 1`,
);

export interface GrantRow {
  authorization_id: string;
  family_id: string;
  scopes: string[];
  nonce: string | null;
  redirect_uri: string | null;
  code_challenge: string | null;
  signed_in_at: Date;
  expires_at: Date;
  used_at: Date | null;
  revoked_at: Date | null;
  user_id: string;
  organization_id: string | null;
  application_id: string;
}

interface NewGrant {
  authorizationId: string;
  scopes: readonly string[];
  signedInAt: Date;
  nonce?: string | null;
  redirectUri?: string | null;
  codeChallenge?: string | null;
  /** Of what it came from; a new one where somebody has just signed in. */
  familyId?: string;
}

/** A code for the application to exchange, once, within ten minutes. */
export async function insertConnectCode(
  { clock }: Service,
  run: Run,
  environmentId: string,
  grant: NewGrant,
): Promise<string> {
  const code = newCode(clock());
  await insert(run, environmentId, code, "code", grant, new Date(clock().getTime() + CODE_LASTS_MS));
  return code;
}

/** A refresh token, good once, within thirty days. */
export async function insertConnectRefreshToken(
  { clock }: Service,
  run: Run,
  environmentId: string,
  grant: NewGrant,
): Promise<string> {
  const token = randomSecret();
  await insert(
    run,
    environmentId,
    token,
    "refresh_token",
    grant,
    new Date(clock().getTime() + REFRESH_LASTS_MS),
  );
  return token;
}

async function insert(
  run: Run,
  environmentId: string,
  secret: string,
  kind: "code" | "refresh_token",
  grant: NewGrant,
  expiresAt: Date,
): Promise<void> {
  await run(INSERT, [
    environmentId,
    hashSecret(secret),
    grant.authorizationId,
    kind,
    grant.familyId ?? newId("family"),
    [...grant.scopes],
    grant.nonce ?? null,
    grant.redirectUri ?? null,
    grant.codeChallenge ?? null,
    grant.signedInAt,
    expiresAt,
  ]);
}

/**
 * Uses a code or a refresh token up, where `fits` says it is asked for rightly. Null where it is not good; then, if it was
 * used before, everything that came of its sign-in has ended too (RFC 6749, 4.1.2; RFC 9700, 4.14.2).
 */
export async function takeGrant(
  { clock }: Service,
  run: Run,
  environmentId: string,
  { secret, kind, fits }: { secret: string; kind: "code" | "refresh_token"; fits(row: GrantRow): boolean },
): Promise<GrantRow | null> {
  const now = clock();
  const [row] = await run<GrantRow>(LOCK, [environmentId, hashSecret(secret), kind]);
  if (!row || row.revoked_at !== null || !fits(row)) return null;
  // Before its age is looked at: what it was exchanged for may outlive it.
  if (row.used_at !== null) {
    await run(REVOKE, [environmentId, row.family_id, now]);
    return null;
  }
  if (row.expires_at <= now) return null;
  await run(USE, [environmentId, hashSecret(secret), now]);
  return row;
}

/** Whether what a token came from is still good: the person took nothing back, and nothing of it was stolen. */
export async function isFamilyAlive(run: Run, environmentId: string, familyId: string): Promise<boolean> {
  return (await run(ALIVE, [environmentId, familyId])).length > 0;
}

import { MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { json, type Run, sql } from "../db.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { refused, type WireError } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { Method, Proven } from "./proven.ts";

const LIFE_MS = 15 * MINUTE_MS;

const INSERT = sql(
  "pending_authentication_insert",
  `INSERT INTO identity.authentications (id, environment_id, kind, secret_hash, request, user_id, method, organization_id,
     invitation_id, role_slugs, second_factor, ip_address, user_agent, created_at, expires_at)
   VALUES ($2, $1, 'api', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
);
const FIND = sql(
  "pending_authentication_find",
  `SELECT * FROM identity.authentications
   WHERE environment_id = $1 AND secret_hash = $2 AND kind = 'api' AND finished_at IS NULL AND expires_at > $3`,
);
const FINISH = sql(
  "pending_authentication_finish",
  `UPDATE identity.authentications SET finished_at = $3
   WHERE environment_id = $1 AND id = $2 AND finished_at IS NULL RETURNING id`,
);

export interface AuthenticationRow {
  id: string;
  request: Record<string, unknown>;
  user_id: string | null;
  email: string | null;
  method: string | null;
  organization_id: string | null;
  invitation_id: string | null;
  role_slugs: string[];
  second_factor: boolean;
  ip_address: string | null;
  user_agent: string | null;
  expires_at: Date;
}

/** Keeps what is proven so far, and returns the `pending_authentication_token` that goes on from there. */
export async function keepPending(
  { clock }: Service,
  run: Run,
  environmentId: string,
  proven: Proven,
): Promise<string> {
  const id = newId("authentication");
  const token = randomSecret();
  const { unlinkedProfileId, vouchedOrganizationId, idpSessionId, roleSlugs } = proven;
  await run(INSERT, [
    environmentId,
    id,
    hashSecret(token),
    json({ unlinkedProfileId, vouchedOrganizationId, idpSessionId, hasRoles: roleSlugs !== null }),
    proven.userId,
    proven.method,
    proven.organizationId,
    proven.invitationId,
    roleSlugs ?? [],
    proven.secondFactor,
    proven.ipAddress,
    proven.userAgent,
    createdAt(id),
    new Date(clock().getTime() + LIFE_MS),
  ]);
  return token;
}

/** @throws WireError 400 `invalid_pending_authentication_token` */
export async function readPending(
  { db, clock }: Service,
  environmentId: string,
  token: string,
): Promise<{ id: string; proven: Proven }> {
  const [row] = await db.query<AuthenticationRow>(environmentId, FIND, [
    environmentId,
    hashSecret(token),
    clock(),
  ]);
  const proven = row && provenOf(row);
  if (!proven) throw invalidPending();
  return { id: row.id, proven };
}

/** Each token leads on once. */
export async function finishPending(
  { clock }: Service,
  run: Run,
  environmentId: string,
  id: string,
): Promise<void> {
  const finished = await run(FINISH, [environmentId, id, clock()]);
  if (finished.length === 0) throw invalidPending();
}

/** What a row says of somebody; null while nothing is proven. */
export function provenOf(row: AuthenticationRow): Proven | null {
  if (row.user_id === null || row.method === null) return null;
  const { unlinkedProfileId, vouchedOrganizationId, idpSessionId, hasRoles } = row.request;
  return {
    userId: row.user_id,
    method: row.method as Method,
    organizationId: row.organization_id,
    invitationId: row.invitation_id,
    unlinkedProfileId: textOrNull(unlinkedProfileId),
    vouchedOrganizationId: textOrNull(vouchedOrganizationId),
    roleSlugs: hasRoles === true ? row.role_slugs : null,
    idpSessionId: textOrNull(idpSessionId),
    secondFactor: row.second_factor,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function invalidPending(): WireError {
  return refused(
    400,
    "The pending authentication token is not valid, or no longer. Sign in again.",
    "invalid_pending_authentication_token",
  );
}

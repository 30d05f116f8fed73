import { randomInt } from "node:crypto";
import { SECOND_MS } from "#lib/shared/clock.ts";
import { EVERY_ENVIRONMENT, type Run, sql } from "../db.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";

export const LIFE_S = 300;
export const INTERVAL_S = 5;
/** No vowels, so that no word comes out, and nothing that looks like a digit (RFC 8628, section 6.1). */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

const INSERT = sql(
  "device_code_insert",
  `INSERT INTO identity.device_codes (device_hash, environment_id, user_code_hash, state, interval_s, expires_at, application_id, scopes)
   VALUES ($2, $1, $3, 'pending', $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING device_hash`,
);
// Looked up across environments: what the person types is all there is.
const FIND_BY_USER_CODE = sql(
  "device_code_find",
  `SELECT code.device_hash, code.application_id, code.scopes, environment.client_id FROM identity.device_codes AS code
   JOIN identity.environments AS environment ON environment.id = code.environment_id
   WHERE code.user_code_hash = $1 AND code.state = 'pending' AND code.expires_at > $2`,
);
const LOCK = sql(
  "device_code_lock",
  "SELECT * FROM identity.device_codes WHERE environment_id = $1 AND device_hash = $2 FOR UPDATE",
);
const POLLED = sql(
  "device_code_polled",
  `UPDATE identity.device_codes SET last_polled_at = $3, interval_s = $4, state = $5
   WHERE environment_id = $1 AND device_hash = $2`,
);
const DECIDE = sql(
  "device_code_decide",
  `UPDATE identity.device_codes SET state = $3, user_id = $4, organization_id = $5, method = $6, ip_address = $7, user_agent = $8,
     idp_session_id = $10, authorization_id = $11, signed_in_at = $12
   WHERE environment_id = $1 AND device_hash = $2 AND state = 'pending' AND expires_at > $9 RETURNING device_hash`,
);

export interface DeviceRow {
  state: "pending" | "approved" | "denied" | "used";
  user_id: string | null;
  organization_id: string | null;
  method: string | null;
  idp_session_id: string | null;
  ip_address: string | null;
  user_agent: string | null;
  last_polled_at: Date | null;
  interval_s: number;
  expires_at: Date;
  application_id: string | null;
  scopes: string[];
  authorization_id: string | null;
  signed_in_at: Date | null;
}

/** The Connect application that a device is to be signed in to; null for the environment's own. */
export interface OfApplication {
  applicationId: string;
  scopes: readonly string[];
}

/** A code for the device to poll with, and one for a person to type. */
export async function insertDeviceCode(
  service: Service,
  environmentId: string,
  of: OfApplication | null,
): Promise<{ deviceCode: string; userCode: string }> {
  const { db, clock } = service;
  const deviceCode = randomSecret();
  const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  const expiresAt = new Date(clock().getTime() + LIFE_S * SECOND_MS);
  const made = await db.query(environmentId, INSERT, [
    environmentId,
    hashSecret(deviceCode),
    hashSecret(letters),
    INTERVAL_S,
    expiresAt,
    of?.applicationId ?? null,
    [...(of?.scopes ?? [])],
  ]);
  if (made.length === 0) return await insertDeviceCode(service, environmentId, of);
  return { deviceCode, userCode: `${letters.slice(0, 4)}-${letters.slice(4)}` };
}

/** The device that waits for a code, however the person wrote it. */
export async function findByUserCode(
  { db, clock }: Service,
  typed: string,
): Promise<{ deviceHash: string; clientId: string; of: OfApplication | null } | null> {
  const letters = typed.toUpperCase().replace(/[^A-Z]/g, "");
  type Row = Pick<DeviceRow, "application_id" | "scopes"> & { device_hash: string; client_id: string };
  const [row] = await db.query<Row>(EVERY_ENVIRONMENT, FIND_BY_USER_CODE, [hashSecret(letters), clock()]);
  if (!row) return null;
  const { device_hash, client_id, application_id, scopes } = row;
  const of = application_id === null ? null : { applicationId: application_id, scopes };
  return { deviceHash: device_hash, clientId: client_id, of };
}

export async function lockDevice(
  run: Run,
  environmentId: string,
  deviceHash: string,
): Promise<DeviceRow | null> {
  return (await run<DeviceRow>(LOCK, [environmentId, deviceHash]))[0] ?? null;
}

export async function notePoll(
  run: Run,
  environmentId: string,
  deviceHash: string,
  { at, intervalS, state }: { at: Date; intervalS: number; state: DeviceRow["state"] },
): Promise<void> {
  await run(POLLED, [environmentId, deviceHash, at, intervalS, state]);
}

export interface Decision {
  approved: boolean;
  userId: string;
  organizationId: string | null;
  method: string;
  idpSessionId: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  /** Connect: what they allowed, and when they signed in. */
  authorization?: { id: string; signedInAt: Date };
}

/** Returns whether the device still waited. */
export async function decideDevice(
  run: Run,
  environmentId: string,
  deviceHash: string,
  { approved, userId, organizationId, method, idpSessionId, ipAddress, userAgent, authorization }: Decision,
  now: Date,
): Promise<boolean> {
  const decided = await run(DECIDE, [
    environmentId,
    deviceHash,
    approved ? "approved" : "denied",
    userId,
    organizationId,
    method,
    ipAddress,
    userAgent,
    now,
    idpSessionId,
    authorization?.id ?? null,
    authorization?.signedInAt ?? null,
  ]);
  return decided.length > 0;
}

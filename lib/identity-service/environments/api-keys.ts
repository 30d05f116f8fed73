import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, sql } from "../db.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { iso, isoOrNull } from "../wire/time.ts";
import type { EnvironmentRow } from "./environment.ts";

const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const Later = Moment.refine((at) => at.getTime() > Date.now(), "The key would have expired already.");

export const CreateApiKey = z.object({
  name: z.string().trim().min(1).max(120),
  expires_at: Later.nullish(),
});
export const ExpireApiKey = z.object({ expires_at: Moment.nullish() });

export interface ApiKeyRow {
  id: string;
  name: string;
  obfuscated_value: string;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const INSERT = sql(
  "api_key_insert",
  `INSERT INTO identity.api_keys (id, environment_id, name, value_hash, obfuscated_value, expires_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING *`,
);
const EXPIRE = sql(
  "api_key_expire",
  `UPDATE identity.api_keys SET expires_at = coalesce($3, now()), updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const REVOKE = sql(
  "api_key_revoke",
  `UPDATE identity.api_keys SET revoked_at = coalesce(revoked_at, now()), updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING id`,
);

export function apiKeys(environmentId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.api_keys AS row",
    where: ["row.environment_id = $1"],
    values: [environmentId],
  };
}

/** The key's value is in the answer to its creation and nowhere else: only its hash is kept. */
export async function createApiKey(
  db: Database,
  environment: EnvironmentRow,
  wanted: z.infer<typeof CreateApiKey>,
): Promise<{ row: ApiKeyRow; value: string }> {
  const value = `sk_${environment.kind === "production" ? "live" : "test"}_${randomSecret()}`;
  const id = newId("api_key");
  const [row] = await db.query<ApiKeyRow>(environment.id, INSERT, [
    id,
    environment.id,
    wanted.name,
    hashSecret(value),
    `sk_...${value.slice(-4)}`,
    wanted.expires_at ?? null,
    createdAt(id),
  ]);
  if (!row) throw notFound("Environment", environment.id);
  return { row, value };
}

/** Ends a key at a moment, at once where none is given. A later moment than now gives time to hand over to its successor. */
export async function expireApiKey(
  db: Database,
  environmentId: string,
  id: string,
  at: Date | null,
): Promise<ApiKeyRow> {
  const [row] = await db.query<ApiKeyRow>(environmentId, EXPIRE, [environmentId, id, at]);
  if (!row) throw notFound("API Key", id);
  return row;
}

export async function revokeApiKey(db: Database, environmentId: string, id: string): Promise<void> {
  const revoked = await db.query(environmentId, REVOKE, [environmentId, id]);
  if (revoked.length === 0) throw notFound("API Key", id);
}

export function apiKeyToWire(row: ApiKeyRow) {
  return {
    object: "api_key" as const,
    id: row.id,
    name: row.name,
    obfuscated_value: row.obfuscated_value,
    expires_at: isoOrNull(row.expires_at),
    last_used_at: isoOrNull(row.last_used_at),
    revoked_at: isoOrNull(row.revoked_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

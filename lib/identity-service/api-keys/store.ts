import type { Run } from "../db.ts";
import { sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { notFound } from "../wire/errors.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type ApiKeyRow, apiKeyToWire } from "./api-key.ts";

const SELECT = `SELECT row.*, ARRAY(
    SELECT permission.slug FROM identity.owned_api_key_permissions AS granted
    JOIN identity.permissions AS permission ON permission.id = granted.permission_id
    WHERE granted.key_id = row.id ORDER BY permission.slug) AS permissions
  FROM identity.owned_api_keys AS row`;
const FIND = sql("owned_api_key_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);
const LOCK = sql("owned_api_key_lock", `${FIND.text} FOR UPDATE OF row`);

// What a key of a user is worth ends with their membership.
const VALIDATE = sql(
  "owned_api_key_validate",
  `WITH found AS (
     ${SELECT} WHERE row.environment_id = $1 AND row.value_hash = $2 AND (row.expires_at IS NULL OR row.expires_at > $3)
       AND (row.user_id IS NULL OR EXISTS (
         SELECT FROM identity.organization_memberships AS member
         WHERE member.user_id = row.user_id AND member.organization_id = row.organization_id AND member.status = 'active'))),
   used AS (
     UPDATE identity.owned_api_keys AS key SET last_used_at = $3 FROM found
     WHERE key.id = found.id AND (key.last_used_at IS NULL OR key.last_used_at < $3::timestamptz - interval '1 minute')
     RETURNING key.last_used_at)
   SELECT id, organization_id, user_id, name, obfuscated_value, expires_at, permissions, created_at, updated_at,
     coalesce((SELECT last_used_at FROM used), last_used_at) AS last_used_at FROM found`,
);

/** Keys that an organization owns itself. */
export function keysOfOrganization(environmentId: string, organizationId: string): ListSource {
  return {
    select: SELECT,
    where: ["row.environment_id = $1", "row.organization_id = $2", "row.user_id IS NULL"],
    values: [environmentId, organizationId],
  };
}

/** Keys of a user, for all organizations or for one. */
export function keysOfUser(
  environmentId: string,
  userId: string,
  organizationId: string | undefined,
): ListSource {
  const where = ["row.environment_id = $1", "row.user_id = $2"];
  const values: ListSource["values"] = [environmentId, userId];
  if (organizationId) where.push(`row.organization_id = $${values.push(organizationId)}`);
  return { select: SELECT, where, values };
}

export async function readKey(run: Run, environmentId: string, id: string): Promise<ApiKeyRow> {
  const [row] = await run<ApiKeyRow>(FIND, [environmentId, id]);
  if (!row) throw notFound("API Key", id);
  return row;
}

/** A key that stays as it is until the transaction ends. */
export async function lockKey(run: Run, environmentId: string, id: string): Promise<ApiKeyRow> {
  const [row] = await run<ApiKeyRow>(LOCK, [environmentId, id]);
  if (!row) throw notFound("API Key", id);
  return row;
}

/** The key with this hash, if it is good at that time; its use is noted once a minute. */
export async function useKey(
  run: Run,
  environmentId: string,
  valueHash: string,
  at: Date,
): Promise<ApiKeyRow | null> {
  const [row] = await run<ApiKeyRow>(VALIDATE, [environmentId, valueHash, at]);
  return row ?? null;
}

export async function tellOfKey(
  run: Run,
  environmentId: string,
  what: "created" | "updated" | "revoked",
  row: ApiKeyRow,
  more: Record<string, unknown> = {},
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `api_key.${what}`,
    data: { ...apiKeyToWire(row), ...more },
    organizationId: row.organization_id,
  });
}

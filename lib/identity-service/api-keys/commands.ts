import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { lockMembershipOf } from "../memberships/store.ts";
import type { Service } from "../service.ts";
import { lockUser } from "../users/store.ts";
import { invalid, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { isoOrNull } from "../wire/time.ts";
import type { ApiKeyRow, CreateApiKey } from "./api-key.ts";
import { lockKey, readKey, tellOfKey } from "./store.ts";

/** Whose key it is: the organization's, or one user's within it. */
interface Owner {
  environmentId: string;
  organizationId: string;
  userId: string | null;
}

const INSERT = sql(
  "owned_api_key_insert",
  `INSERT INTO identity.owned_api_keys
     (id, environment_id, organization_id, user_id, name, value_hash, obfuscated_value, expires_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
);
const GRANT = sql(
  "owned_api_key_grant",
  `INSERT INTO identity.owned_api_key_permissions (environment_id, key_id, permission_id)
   SELECT $1, $2, id FROM identity.permissions WHERE environment_id = $1 AND slug = ANY ($3) RETURNING permission_id`,
);
const EXPIRE = sql(
  "owned_api_key_expire",
  "UPDATE identity.owned_api_keys SET expires_at = $3, updated_at = now() WHERE environment_id = $1 AND id = $2",
);
const DELETE = sql(
  "owned_api_key_delete",
  "DELETE FROM identity.owned_api_keys WHERE environment_id = $1 AND id = $2",
);

/** The key's value is in the answer to its creation and nowhere else: only its hash is kept. */
export async function createKey(
  { db, clock }: Service,
  owner: Owner,
  wanted: CreateApiKey,
): Promise<{ row: ApiKeyRow; value: string }> {
  const { environmentId } = owner;
  if (wanted.expires_at && wanted.expires_at <= clock())
    throw invalid([{ field: "expires_at", code: "invalid", message: "The key would have expired already." }]);
  const id = newId("api_key");
  const value = `sk_${randomSecret()}`;
  return await db.transaction(environmentId, async (run) => {
    await requireOwner(run, owner);
    await run(INSERT, [
      id,
      environmentId,
      owner.organizationId,
      owner.userId,
      wanted.name,
      hashSecret(value),
      `sk_...${value.slice(-4)}`,
      wanted.expires_at ?? null,
      createdAt(id),
    ]);
    const granted = await run(GRANT, [environmentId, id, wanted.permissions]);
    if (granted.length < wanted.permissions.length)
      throw invalid([{ field: "permissions", code: "invalid", message: "There is no such permission." }]);
    const row = await readKey(run, environmentId, id);
    await tellOfKey(run, environmentId, "created", row);
    return { row, value };
  });
}

/** Ends a key at a moment, at once where that is past, or never where it is null. */
export async function expireKey(
  { db, clock }: Service,
  environmentId: string,
  id: string,
  at: Date | null | undefined,
): Promise<ApiKeyRow> {
  return await db.transaction(environmentId, async (run) => {
    const before = await lockKey(run, environmentId, id);
    const now = clock();
    if (before.expires_at && before.expires_at <= now)
      throw refused(409, "The API key has expired already.", "api_key_already_expired");
    const until = at === null || (at && at > now) ? at : now;
    if (until?.getTime() === before.expires_at?.getTime()) return before;
    await run(EXPIRE, [environmentId, id, until]);
    const row = await readKey(run, environmentId, id);
    const previous_attributes = { expires_at: isoOrNull(before.expires_at) };
    await tellOfKey(run, environmentId, "updated", row, { previous_attributes });
    return row;
  });
}

export async function revokeKey({ db }: Service, environmentId: string, id: string): Promise<void> {
  await db.transaction(environmentId, async (run) => {
    const row = await lockKey(run, environmentId, id);
    await run(DELETE, [environmentId, id]);
    await tellOfKey(run, environmentId, "revoked", row);
  });
}

async function requireOwner(run: Run, { environmentId, organizationId, userId }: Owner): Promise<void> {
  if (userId !== null) await lockUser(run, environmentId, userId);
  await requireOrganization(run, environmentId, organizationId);
  if (userId === null) return;
  const membership = await lockMembershipOf(run, environmentId, userId, organizationId);
  if (membership?.status !== "active")
    throw refused(422, "The user is no active member of this organization.", "user_not_active_member");
}

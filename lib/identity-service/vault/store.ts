import { type Run, sql } from "../db.ts";
import { notFound, refused } from "../wire/errors.ts";
import { containing, type ListSource } from "../wire/pagination.ts";
import type { ObjectRow } from "./object.ts";
import type { SealedValue } from "./value.ts";

const SELECT = `SELECT row.*, key.context FROM identity.vault_objects AS row
  JOIN identity.vault_keys AS key ON key.id = row.key_id`;
const FIND = sql("vault_object_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);
const FIND_BY_NAME = sql(
  "vault_object_find_by_name",
  `${SELECT} WHERE row.environment_id = $1 AND row.name = $2`,
);
const LOCK = sql("vault_object_lock", `${FIND.text} FOR UPDATE OF row`);
const INSERT = sql(
  "vault_object_insert",
  `INSERT INTO identity.vault_objects
     (id, environment_id, name, key_id, version_id, data_key_sealed, value_sealed, updated_by_id, updated_by_name)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (environment_id, name) DO NOTHING RETURNING id`,
);
const UPDATE = sql(
  "vault_object_update",
  `UPDATE identity.vault_objects SET version_id = $3, data_key_sealed = $4, value_sealed = $5, updated_by_id = $6,
     updated_by_name = $7, updated_at = now() WHERE environment_id = $1 AND id = $2`,
);
const DELETE = sql(
  "vault_object_delete",
  "DELETE FROM identity.vault_objects WHERE environment_id = $1 AND id = $2",
);
const INSERT_VERSION = sql(
  "vault_version_insert",
  `INSERT INTO identity.vault_versions (id, environment_id, object_id, etag, size_bytes) VALUES ($1, $2, $3, $4, $5)`,
);

export function objects(
  environmentId: string,
  { search, updatedAfter }: { search: string | undefined; updatedAfter: Date | undefined },
): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  if (search) where.push(`row.name ILIKE $${values.push(containing(search))}`);
  if (updatedAfter) where.push(`row.updated_at > $${values.push(updatedAfter)}`);
  return {
    select: "SELECT row.id, row.name, row.updated_at FROM identity.vault_objects AS row",
    where,
    values,
  };
}

export function versions(environmentId: string, { id, version_id }: ObjectRow): ListSource {
  return {
    select: "SELECT row.*, row.id = $3 AS is_current FROM identity.vault_versions AS row",
    where: ["row.environment_id = $1", "row.object_id = $2"],
    values: [environmentId, id, version_id],
  };
}

export async function readObject(run: Run, environmentId: string, id: string): Promise<ObjectRow> {
  const [row] = await run<ObjectRow & Record<string, unknown>>(FIND, [environmentId, id]);
  if (!row) throw notFound("Object", id);
  return row;
}

export async function readObjectByName(run: Run, environmentId: string, name: string): Promise<ObjectRow> {
  const [row] = await run<ObjectRow & Record<string, unknown>>(FIND_BY_NAME, [environmentId, name]);
  if (!row) throw notFound("Object", name);
  return row;
}

/** An object that stays as it is until the transaction ends. @throws WireError 409 where it is another version than expected. */
export async function lockObject(
  run: Run,
  environmentId: string,
  id: string,
  expectedVersion: string | null,
): Promise<ObjectRow> {
  const [row] = await run<ObjectRow & Record<string, unknown>>(LOCK, [environmentId, id]);
  if (!row) throw notFound("Object", id);
  if (expectedVersion !== null && expectedVersion !== row.version_id)
    throw refused(
      409,
      `The object is at version '${row.version_id}' now. Read it again before you change it.`,
    );
  return row;
}

export async function insertObject(
  run: Run,
  of: Pick<ObjectRow, "environment_id" | "id" | "name" | "key_id" | "version_id">,
  { data_key_sealed, value_sealed, etag, size_bytes }: SealedValue,
  by: { id: string; name: string },
): Promise<void> {
  const { environment_id, id, name, key_id, version_id } = of;
  const what = [id, environment_id, name, key_id, version_id, data_key_sealed, value_sealed];
  const made = await run(INSERT, [...what, by.id, by.name]);
  if (made.length === 0) throw refused(409, `An object with the name '${name}' already exists.`);
  await run(INSERT_VERSION, [version_id, environment_id, id, etag, size_bytes]);
}

/** The value before is gone with this. */
export async function replaceValue(
  run: Run,
  of: Pick<ObjectRow, "environment_id" | "id" | "version_id">,
  { data_key_sealed, value_sealed, etag, size_bytes }: SealedValue,
  by: { id: string; name: string },
): Promise<void> {
  const { environment_id, id, version_id } = of;
  await run(UPDATE, [environment_id, id, version_id, data_key_sealed, value_sealed, by.id, by.name]);
  await run(INSERT_VERSION, [version_id, environment_id, id, etag, size_bytes]);
}

export async function deleteObject(run: Run, { environment_id, id }: ObjectRow): Promise<void> {
  await run(DELETE, [environment_id, id]);
}

import type { Run } from "../db.ts";
import type { Author } from "../events/actor.ts";
import type { Service } from "../service.ts";
import { organizationOf } from "./context.ts";
import { tellOfVault, type VaultAuthor, vaultAuthor } from "./events.ts";
import { findWrappingKey, keyOfContext, type WrappingKey } from "./keys.ts";
import type { ChangeObject, CreateObject, ObjectRow } from "./object.ts";
import {
  deleteObject,
  insertObject,
  lockObject,
  readObject,
  readObjectByName,
  replaceValue,
} from "./store.ts";
import { newUuid } from "./uuid.ts";
import { openValue, sealValue } from "./value.ts";

type Find = (run: Run, environmentId: string) => Promise<ObjectRow>;
export const byId =
  (id: string): Find =>
  async (run, environmentId) =>
    await readObject(run, environmentId, id);
export const byName =
  (name: string): Find =>
  async (run, environmentId) =>
    await readObjectByName(run, environmentId, name);

export async function createObject(service: Service, by: Author, wanted: CreateObject): Promise<ObjectRow> {
  return await within(service, by, async (run, author) => {
    const key = await keyOfContext(service, run, author, wanted.key_context);
    const of = {
      environment_id: by.environmentId,
      id: newUuid(),
      name: wanted.name,
      key_id: key.id,
      version_id: newUuid(),
    };
    await insertObject(run, of, sealValue(key, of, wanted.value), { id: by.callerId, name: author.name });
    const row = await readObject(run, by.environmentId, of.id);
    await tell(run, author, "data.created", row, { key_id: key.id, key_context: key.context });
    return row;
  });
}

/** An object and its value. That it was read is on record before anybody has it. */
export async function openObject(
  service: Service,
  by: Author,
  find: Find,
): Promise<{ row: ObjectRow; value: string }> {
  return await within(service, by, async (run, author) => {
    const row = await find(run, by.environmentId);
    const value = openValue(await keyOf(service, run, row), row);
    await tell(run, author, "data.read", row, { key_id: row.key_id });
    return { row, value };
  });
}

/** An object without its value. */
export async function describeObject(service: Service, by: Author, id: string): Promise<ObjectRow> {
  return await within(service, by, async (run, author) => {
    const row = await readObject(run, by.environmentId, id);
    await tell(run, author, "metadata.read", row);
    return row;
  });
}

/** Gives an object another value, under a new data key. */
export async function changeObject(
  service: Service,
  by: Author,
  id: string,
  { value, version_check }: ChangeObject,
): Promise<ObjectRow> {
  return await within(service, by, async (run, author) => {
    const before = await lockObject(run, by.environmentId, id, version_check ?? null);
    const key = await keyOf(service, run, before);
    const of = { environment_id: by.environmentId, id, version_id: newUuid() };
    await replaceValue(run, of, sealValue(key, of, value), { id: by.callerId, name: author.name });
    const row = await readObject(run, by.environmentId, id);
    await tell(run, author, "data.updated", row, { key_id: key.id, key_context: key.context });
    return row;
  });
}

export async function removeObject(
  service: Service,
  by: Author,
  id: string,
  expectedVersion: string | null,
): Promise<ObjectRow> {
  return await within(service, by, async (run, author) => {
    const row = await lockObject(run, by.environmentId, id, expectedVersion);
    await deleteObject(run, row);
    await tell(run, author, "data.deleted", row);
    return row;
  });
}

/** That somebody looked through the names, for the record. */
export async function noteNamesListed(service: Service, by: Author): Promise<void> {
  await within(service, by, async (run, author) => await tellOfVault(run, author, "names.listed", {}, null));
}

async function within<T>(
  { db }: Service,
  by: Author,
  work: (run: Run, author: VaultAuthor) => Promise<T>,
): Promise<T> {
  return await db.transaction(by.environmentId, async (run) => await work(run, await vaultAuthor(run, by)));
}

async function keyOf(service: Service, run: Run, row: ObjectRow): Promise<WrappingKey> {
  const key = await findWrappingKey(service, run, row.environment_id, row.key_id);
  if (!key) throw new Error("The key of this object is missing.");
  return key;
}

async function tell(
  run: Run,
  author: VaultAuthor,
  what: string,
  row: ObjectRow,
  more: Record<string, unknown> = {},
): Promise<void> {
  await tellOfVault(run, author, what, { kv_name: row.name, ...more }, organizationOf(row.context));
}

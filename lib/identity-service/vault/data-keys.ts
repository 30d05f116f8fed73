import type { Author } from "../events/actor.ts";
import type { Service } from "../service.ts";
import { refused } from "../wire/errors.ts";
import { type KeyContext, organizationOf } from "./context.ts";
import { tellOfVault, vaultAuthor } from "./events.ts";
import { findWrappingKey, keyOfContext, newKey, type WrappingKey } from "./keys.ts";
import { newUuid } from "./uuid.ts";

/** A key for an application to encrypt with by itself: in the clear, and wrapped for keeping beside what it encrypted. */
export interface DataKey {
  id: string;
  context: KeyContext;
  data_key: string;
  encrypted_keys: string;
}

export async function createDataKey(service: Service, by: Author, context: KeyContext): Promise<DataKey> {
  return await service.db.transaction(by.environmentId, async (run) => {
    const author = await vaultAuthor(run, by);
    const wrapping = await keyOfContext(service, run, author, context);
    const [id, key] = [newUuid(), newKey()];
    const told = { key_ids: [id], key_context: context };
    await tellOfVault(run, author, "dek.read", told, organizationOf(context));
    return { id, context, data_key: key, encrypted_keys: wrap(by.environmentId, wrapping, { id, key }) };
  });
}

/** Opens a wrapped key. Nothing of it is kept here but the key that wrapped it. */
export async function decryptDataKey(
  service: Service,
  by: Author,
  wrapped: string,
): Promise<{ id: string; data_key: string }> {
  const { id, key } = await unwrap(service, by, wrapped, null);
  return { id, data_key: key };
}

/** The same key, wrapped for another context. */
export async function rekeyDataKey(
  service: Service,
  by: Author,
  wrapped: string,
  context: KeyContext,
): Promise<DataKey> {
  const { id, key, rewrapped } = await unwrap(service, by, wrapped, context);
  return { id, context, data_key: key, encrypted_keys: rewrapped };
}

async function unwrap(
  service: Service,
  by: Author,
  wrapped: string,
  next: KeyContext | null,
): Promise<{ id: string; key: string; rewrapped: string }> {
  const { environmentId } = by;
  const [keyId = "", id = "", sealed = ""] = Buffer.from(wrapped, "base64").toString("latin1").split("|");
  // Whatever bytes were sent: nothing but an id is looked up.
  if (!/^[0-9a-f-]{36}$/.test(keyId)) throw notWrappedHere();
  return await service.db.transaction(environmentId, async (run) => {
    const wrapping = await findWrappingKey(service, run, environmentId, keyId);
    if (!wrapping) throw notWrappedHere();
    const key = open(environmentId, wrapping, id, sealed);
    const author = await vaultAuthor(run, by);
    await tellOfVault(run, author, "dek.decrypted", { key_id: id }, organizationOf(wrapping.context));
    if (!next) return { id, key, rewrapped: wrapped };
    const other = await keyOfContext(service, run, author, next);
    await tellOfVault(run, author, "dek.read", { key_ids: [id], key_context: next }, organizationOf(next));
    return { id, key, rewrapped: wrap(environmentId, other, { id, key }) };
  });
}

function wrap(environmentId: string, by: WrappingKey, { id, key }: { id: string; key: string }): string {
  const sealed = by.sealer.seal(key, placeOf(environmentId, id));
  return Buffer.from([by.id, id, sealed].join("|"), "latin1").toString("base64");
}

function open(environmentId: string, by: WrappingKey, id: string, sealed: string): string {
  try {
    return by.sealer.open(sealed, placeOf(environmentId, id));
  } catch {
    // Altered, or put together from parts of others.
    throw notWrappedHere();
  }
}

function placeOf(environmentId: string, id: string): string {
  return `environment:${environmentId}:vault_data_key:${id}`;
}

function notWrappedHere() {
  return refused(400, "These keys were not encrypted by this vault, or were altered.");
}

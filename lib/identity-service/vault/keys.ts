import { randomBytes } from "node:crypto";
import { json, type Run, sql } from "../db.ts";
import { createSealer, type Sealer } from "../keys/seal.ts";
import type { Service } from "../service.ts";
import { contextKey, type KeyContext, organizationOf } from "./context.ts";
import { tellOfVault, type VaultAuthor } from "./events.ts";
import { newUuid } from "./uuid.ts";

/** A key that wraps data keys, opened. */
export interface WrappingKey {
  id: string;
  context: KeyContext;
  sealer: Sealer;
}

interface KeyRow extends Record<string, unknown> {
  id: string;
  context: KeyContext;
  key_sealed: string;
}

const FIND = sql("vault_key_find", "SELECT * FROM identity.vault_keys WHERE environment_id = $1 AND id = $2");
const FIND_BY_CONTEXT = sql(
  "vault_key_find_by_context",
  "SELECT * FROM identity.vault_keys WHERE environment_id = $1 AND context_key = $2",
);
const INSERT = sql(
  "vault_key_insert",
  `INSERT INTO identity.vault_keys (id, environment_id, context_key, context, key_sealed) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (environment_id, context_key) DO NOTHING RETURNING *`,
);

/** The key of a context; made, with its event, when it is first needed. */
export async function keyOfContext(
  service: Service,
  run: Run,
  author: VaultAuthor,
  context: KeyContext,
): Promise<WrappingKey> {
  const { environmentId } = author;
  const spelling = contextKey(context);
  const [known] = await run<KeyRow>(FIND_BY_CONTEXT, [environmentId, spelling]);
  if (known) return open(service, environmentId, known);
  const id = newUuid();
  const sealed = service.sealer.seal(newKey(), placeOf(environmentId, id));
  const [made] = await run<KeyRow>(INSERT, [id, environmentId, spelling, json(context), sealed]);
  if (made) {
    const told = { key_name: spelling, key_id: id };
    await tellOfVault(run, author, "kek.created", told, organizationOf(context));
    return open(service, environmentId, made);
  }
  // Made by another request in this moment: now it can be seen.
  const [theirs] = await run<KeyRow>(FIND_BY_CONTEXT, [environmentId, spelling]);
  if (!theirs) throw new Error("The key of this context was not kept.");
  return open(service, environmentId, theirs);
}

export async function findWrappingKey(
  service: Service,
  run: Run,
  environmentId: string,
  id: string,
): Promise<WrappingKey | null> {
  const [row] = await run<KeyRow>(FIND, [environmentId, id]);
  return row ? open(service, environmentId, row) : null;
}

/** 256 random bits in base64, as `createSealer` takes them. */
export function newKey(): string {
  return randomBytes(32).toString("base64");
}

function open({ sealer }: Service, environmentId: string, row: KeyRow): WrappingKey {
  const key = sealer.open(row.key_sealed, placeOf(environmentId, row.id));
  return { id: row.id, context: row.context, sealer: createSealer(key) };
}

function placeOf(environmentId: string, id: string): string {
  return `environment:${environmentId}:vault_key:${id}`;
}

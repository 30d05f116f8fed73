import { newId } from "#lib/shared/ids.ts";
import { type Database, EVERY_ENVIRONMENT, type Run, sql } from "../db.ts";
import { recordEvents } from "../events/record.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { iso, isoOrNull } from "../wire/time.ts";
import type { DirectoryRow } from "./directory.ts";
import { directoryEvent } from "./ingest/ingest.ts";

export interface DirectoryTokenRow {
  id: string;
  directory_id: string;
  suffix: string;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  created_at: Date;
}

export interface NewToken {
  row: DirectoryTokenRow;
  /** Shown once: only its hash is kept. */
  value: string;
}

const LIST = sql(
  "directory_tokens_list",
  `SELECT * FROM identity.directory_tokens WHERE environment_id = $1 AND directory_id = $2 AND revoked_at IS NULL
   ORDER BY id DESC`,
);
const INSERT = sql(
  "directory_token_insert",
  `INSERT INTO identity.directory_tokens (id, environment_id, directory_id, value_hash, suffix, created_at)
   VALUES ($1, $2, $3, $4, $5, $6) RETURNING *`,
);
const EXPIRE = sql(
  "directory_tokens_expire",
  `UPDATE identity.directory_tokens SET expires_at = least(expires_at, $3)
   WHERE environment_id = $1 AND directory_id = $2 AND revoked_at IS NULL`,
);
const REVOKE = sql(
  "directory_token_revoke",
  `UPDATE identity.directory_tokens SET revoked_at = $4
   WHERE environment_id = $1 AND directory_id = $2 AND revoked_at IS NULL AND (id = $3 OR ($3 IS NULL AND expires_at <= $4))
   RETURNING *`,
);
const KNOWN = sql(
  "directory_token_known",
  "SELECT id FROM identity.directory_tokens WHERE environment_id = $1 AND directory_id = $2 AND id = $3",
);
const OVER = sql(
  "directory_tokens_over",
  `SELECT DISTINCT d.* FROM identity.directory_tokens AS t JOIN identity.directories AS d ON d.id = t.directory_id
   WHERE t.revoked_at IS NULL AND t.expires_at <= $1 LIMIT 500`,
);

/** The tokens that are good now, the newest first. */
export async function listTokens(db: Database, directory: DirectoryRow): Promise<DirectoryTokenRow[]> {
  return await db.query<DirectoryTokenRow>(directory.environment_id, LIST, [
    directory.environment_id,
    directory.id,
  ]);
}

export async function addToken(run: Run, directory: DirectoryRow): Promise<NewToken> {
  const id = newId("directory_token");
  const value = randomSecret();
  const values = [
    id,
    directory.environment_id,
    directory.id,
    hashSecret(value),
    value.slice(-4),
    createdAt(id),
  ];
  const [row] = await run<DirectoryTokenRow>(INSERT, values);
  if (!row) throw notFound("Directory", directory.id);
  await recordEvents(run, [tokenEvent(directory, row, "dsync.token.created")]);
  return { row, value };
}

/** A new token in place of those there are, which stay good until `until`: time to enter it at the provider. */
export async function rotateToken(db: Database, directory: DirectoryRow, now: Date, until: Date) {
  return await db.transaction(directory.environment_id, async (run) => {
    await run(EXPIRE, [directory.environment_id, directory.id, until]);
    await revoke(run, directory, null, now);
    return await addToken(run, directory);
  });
}

export async function revokeToken(
  db: Database,
  directory: DirectoryRow,
  id: string,
  now: Date,
): Promise<void> {
  await db.transaction(directory.environment_id, async (run) => {
    const known = await run(KNOWN, [directory.environment_id, directory.id, id]);
    if (known.length === 0) throw notFound("Directory Token", id);
    await revoke(run, directory, id, now);
  });
}

/** Puts on record that tokens ended whose overlap is over; they have been refused since. */
export async function endTokens(db: Database, now: Date): Promise<void> {
  for (const directory of await db.query<DirectoryRow>(EVERY_ENVIRONMENT, OVER, [now]))
    await db.transaction(directory.environment_id, async (run) => await revoke(run, directory, null, now));
}

export function tokenToWire(row: DirectoryTokenRow) {
  return {
    object: "directory_token" as const,
    id: row.id,
    directory_id: row.directory_id,
    token_suffix: row.suffix,
    expires_at: isoOrNull(row.expires_at),
    last_used_at: isoOrNull(row.last_used_at),
    created_at: iso(row.created_at),
  };
}

/** Revokes one token, or with null those whose time is over. */
async function revoke(run: Run, directory: DirectoryRow, id: string | null, now: Date): Promise<void> {
  const revoked = await run<DirectoryTokenRow>(REVOKE, [directory.environment_id, directory.id, id, now]);
  await recordEvents(
    run,
    revoked.map((row) => tokenEvent(directory, row, "dsync.token.revoked")),
  );
}

function tokenEvent(directory: DirectoryRow, row: DirectoryTokenRow, event: string) {
  return directoryEvent(directory, row.id, event, {
    object: "directory_token",
    id: row.id,
    directory_id: directory.id,
    organization_id: directory.organization_id,
    token_suffix: row.suffix,
    created_at: iso(row.created_at),
  });
}

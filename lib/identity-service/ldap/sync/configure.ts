import { z } from "zod";
import { type Database, json, type Run, sql } from "../../db.ts";
import type { DirectoryRow } from "../../directories/directory.ts";
import type { Sealer } from "../../keys/seal.ts";
import { notFound, refused } from "../../wire/errors.ts";
import { mergeLdapDirectory, missingLdapDirectory } from "../input.ts";
import { type LdapDirectoryInput, LdapDirectorySettings } from "../settings.ts";
import type { LdapSourceRow } from "./source.ts";

type Ids = Pick<DirectoryRow, "environment_id" | "id">;

const LOCK = sql(
  "ldap_source_lock",
  "SELECT * FROM identity.ldap_sources WHERE environment_id = $1 AND directory_id = $2 FOR UPDATE",
);
// Whatever was read by other settings is read anew.
const PUT = sql(
  "ldap_source_put",
  `INSERT INTO identity.ldap_sources AS s (environment_id, directory_id, settings, next_at, wanted)
   VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END, 'full')
   ON CONFLICT (directory_id) DO UPDATE
     SET settings = excluded.settings, next_at = excluded.next_at, wanted = 'full'`,
);
const FIND = sql(
  "ldap_source_find",
  "SELECT * FROM identity.ldap_sources WHERE environment_id = $1 AND directory_id = $2",
);
const REQUEST = sql(
  "ldap_source_request",
  `UPDATE identity.ldap_sources SET next_at = now(), accept_removals = accept_removals OR $4,
     wanted = CASE WHEN wanted = 'full' THEN 'full' ELSE $3 END
   WHERE environment_id = $1 AND directory_id = $2 AND next_at IS NOT NULL RETURNING *`,
);

/** Says where a directory is read from, in the transaction that makes or changes it. It is read at once, whole. */
export async function configureSource(
  run: Run,
  sealer: Sealer,
  { environment_id, id }: Ids,
  { ldap, mapChanged }: { ldap: LdapDirectoryInput | undefined; mapChanged: boolean },
): Promise<void> {
  const [before] = await run<LdapSourceRow>(LOCK, [environment_id, id]);
  if (before && !ldap && !mapChanged) return;
  const settings = mergeLdapDirectory(sealer, id, before?.settings, ldap ?? {});
  await run(PUT, [environment_id, id, json(settings), missingLdapDirectory(settings) === null]);
}

export async function getSource(db: Database, { environment_id, id }: Ids): Promise<LdapSourceRow> {
  const [row] = await db.query<LdapSourceRow>(environment_id, FIND, [environment_id, id]);
  if (!row) throw notFound("Directory", id);
  return row;
}

export const RequestSync = z.strictObject({
  kind: z.enum(["full", "incremental"]).default("incremental"),
  /** That most of the people are gone, and no mistake: of a full sync. */
  accept_removals: z.boolean().default(false),
});

/** Reads a directory as soon as an instance has its hands free, or again once the run under way is over. */
export async function requestSync(
  db: Database,
  directory: Ids,
  { kind, accept_removals }: z.infer<typeof RequestSync>,
): Promise<LdapSourceRow> {
  const { environment_id, id } = directory;
  const wanted = accept_removals ? "full" : kind;
  const [row] = await db.query<LdapSourceRow>(environment_id, REQUEST, [
    environment_id,
    id,
    wanted,
    accept_removals,
  ]);
  if (row) return row;
  const { settings } = await getSource(db, directory);
  const missing = missingLdapDirectory(LdapDirectorySettings.parse(settings));
  throw refused(422, missing ?? "The directory's settings are not complete.", "directory_incomplete");
}

/** A source's settings as whoever manages it sees them. */
export function sourceToWire({ settings }: LdapSourceRow) {
  const { bind_password_sealed, ...shown } = LdapDirectorySettings.parse(settings);
  return { ...shown, has_bind_password: bind_password_sealed !== null };
}

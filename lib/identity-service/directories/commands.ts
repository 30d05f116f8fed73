import { isDeepStrictEqual } from "node:util";
import { newId } from "#lib/shared/ids.ts";
import { json, type Run, sql } from "../db.ts";
import { recordEvents } from "../events/record.ts";
import type { LdapDirectoryInput } from "../ldap/settings.ts";
import { configureSource } from "../ldap/sync/configure.ts";
import type { Service } from "../service.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { type CountedDirectoryRow, type DirectoryRow, directoryInEvent, getDirectory } from "./directory.ts";
import { directoryEvent, into } from "./ingest/ingest.ts";
import { reapplySettings } from "./ingest/reapply.ts";
import { type ChangeDirectory, type CreateDirectory, DirectorySettings, LDAP_TYPE } from "./settings.ts";
import { addToken, type NewToken } from "./tokens.ts";

const INSERT = sql(
  "directory_insert",
  `INSERT INTO identity.directories (id, environment_id, organization_id, source, type, name, domain, external_key, settings,
     created_at, updated_at)
   SELECT $1, o.environment_id, o.id, $4, $5, $6, $7, $8, $9, $10, $10
   FROM identity.organizations AS o WHERE o.environment_id = $2 AND o.id = $3 RETURNING *`,
);
export const LOCK = sql(
  "directory_lock",
  "SELECT * FROM identity.directories WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const UPDATE = sql(
  "directory_update",
  `UPDATE identity.directories SET type = $3, name = $4, domain = $5, settings = $6, updated_at = $7
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const DELETE = sql(
  "directory_delete",
  "DELETE FROM identity.directories WHERE environment_id = $1 AND id = $2",
);
const ACTIVATE = sql(
  "directory_activate",
  `UPDATE identity.directories SET state = 'linked', last_error = NULL, last_error_at = NULL, updated_at = $3
   WHERE environment_id = $1 AND id = $2 AND state <> 'linked' RETURNING *`,
);
const NOTE_SYNC = sql(
  "directory_note_sync",
  `UPDATE identity.directories SET last_sync_at = CASE WHEN $4::text IS NULL THEN $3 ELSE last_sync_at END,
     last_error = $4, last_error_at = CASE WHEN $4 IS NULL THEN NULL ELSE $3 END
   WHERE environment_id = $1 AND id = $2`,
);
const DOMAINS = sql(
  "directory_domains",
  `SELECT id, domain FROM identity.organization_domains WHERE environment_id = $1 AND organization_id = $2 ORDER BY id`,
);

/** A new directory, and for SCIM the token that its provider sends requests with. */
export async function createDirectory(
  { db, sealer }: Service,
  environmentId: string,
  wanted: CreateDirectory,
): Promise<{ directory: CountedDirectoryRow; token: NewToken | null }> {
  if (wanted.source === "ldap" && wanted.type)
    throw refused(422, "A directory read from LDAP has no type.", "invalid_request_parameters");
  requireLdapSource(wanted.source, wanted.ldap);
  const id = newId("directory");
  const token = await db.transaction(environmentId, async (run) => {
    const [row] = await run<DirectoryRow>(INSERT, [
      id,
      environmentId,
      wanted.organization_id,
      wanted.source,
      wanted.source === "ldap" ? LDAP_TYPE : (wanted.type ?? LDAP_TYPE),
      wanted.name,
      wanted.domain ?? null,
      newId("ext").slice("ext_".length),
      json(wanted.settings ?? {}),
      createdAt(id),
    ]);
    if (!row) throw notFound("Organization", wanted.organization_id);
    if (wanted.source === "scim") return await addToken(run, row);
    await configureSource(run, sealer, row, { ldap: wanted.ldap, mapChanged: false });
    return null;
  });
  return { directory: await getDirectory(db, environmentId, id), token };
}

/** Other settings change at once what applications read and hear about the people already there. */
export async function changeDirectory(
  { db, clock, sealer }: Service,
  environmentId: string,
  id: string,
  change: ChangeDirectory,
): Promise<CountedDirectoryRow> {
  await db.transaction(environmentId, async (run) => {
    const [before] = await run<DirectoryRow>(LOCK, [environmentId, id]);
    if (!before) throw notFound("Directory", id);
    if (before.source === "ldap" && change.type)
      throw refused(422, "A directory read from LDAP has no type.", "invalid_request_parameters");
    requireLdapSource(before.source, change.ldap);
    const known = DirectorySettings.parse(before.settings);
    const settings = DirectorySettings.parse({ ...known, ...change.settings });
    const [after] = await run<DirectoryRow>(UPDATE, [
      environmentId,
      id,
      change.type ?? before.type,
      change.name ?? before.name,
      change.domain === undefined ? before.domain : change.domain,
      json(settings),
      clock(),
    ]);
    const begun = settings.provisioning && !known.provisioning;
    if (after && change.settings) await reapplySettings(into(after, run, clock()), begun);
    const mapChanged = !isDeepStrictEqual(known.attribute_map, settings.attribute_map);
    if (before.source === "ldap")
      await configureSource(run, sealer, before, { ldap: change.ldap, mapChanged });
  });
  return await getDirectory(db, environmentId, id);
}

function requireLdapSource(source: DirectoryRow["source"], ldap: LdapDirectoryInput | undefined): void {
  if (source !== "ldap" && ldap)
    throw refused(422, "Only a directory read from LDAP has ldap settings.", "invalid_request_parameters");
}

/** Takes a directory away with its people and groups; applications hear of the directory alone. */
export async function removeDirectory({ db }: Service, environmentId: string, id: string): Promise<void> {
  await db.transaction(environmentId, async (run) => await dropDirectory(run, environmentId, id));
}

/** Removes a directory in a transaction of something larger. */
export async function dropDirectory(run: Run, environmentId: string, id: string): Promise<void> {
  const [row] = await run<DirectoryRow>(LOCK, [environmentId, id]);
  if (!row) throw notFound("Directory", id);
  await recordEvents(run, [directoryEvent(row, id, "dsync.deleted", directoryInEvent(row, "deleting"))]);
  await run(DELETE, [environmentId, id]);
}

/** Says that the directory's provider has been heard from, or reached: told once, until it is lost again. */
export async function activateDirectory(
  run: Run,
  { environment_id, id }: Pick<DirectoryRow, "environment_id" | "id">,
  now: Date,
): Promise<void> {
  const [row] = await run<DirectoryRow>(ACTIVATE, [environment_id, id, now]);
  if (!row) return;
  const domains = await run<{ id: string; domain: string }>(DOMAINS, [environment_id, row.organization_id]);
  const data = {
    ...directoryInEvent(row),
    external_key: row.external_key,
    domains: domains.map((domain) => ({ object: "organization_domain", ...domain })),
  };
  await recordEvents(run, [directoryEvent(row, id, "dsync.activated", data)]);
}

/** How a sync went: `failure` is a sentence for whoever looks after the directory, null when it went well. */
export async function noteSync(
  run: Run,
  { environment_id, id }: Pick<DirectoryRow, "environment_id" | "id">,
  now: Date,
  failure: string | null,
): Promise<void> {
  await run(NOTE_SYNC, [environment_id, id, now, failure]);
}

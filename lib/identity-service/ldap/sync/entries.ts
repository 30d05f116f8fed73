import { sql } from "../../db.ts";
import { type Ingest, inBites, rows } from "../../directories/ingest/ingest.ts";
import { hashSecret } from "../../keys/secrets.ts";
import { dnKey } from "../escape.ts";

export type EntryKind = "user" | "group";

export interface KnownEntry {
  idpId: string;
  dn: string;
  /** What posixGroup names its members by. */
  username: string | null;
}

const NOTE = sql(
  "",
  `INSERT INTO identity.ldap_entries (environment_id, directory_id, kind, idp_id, dn_hash, name_key, run)
   SELECT $1, $2, $3, e.idp_id, e.dn_hash, e.name_key, $5
   FROM jsonb_to_recordset($4) AS e(idp_id text, dn_hash text, name_key text)
   ON CONFLICT (directory_id, kind, idp_id) DO UPDATE
     SET dn_hash = excluded.dn_hash, name_key = excluded.name_key, run = excluded.run`,
);
// Each looked up by itself: right after a first run, nobody has counted these tables yet, and a plan for all of them in one go would
// read both whole for each other. Of two entries that ever had this name, the one that was read with it last.
const RESOLVE = sql("", resolving("e.dn_hash = wanted.key"));
const RESOLVE_NAMES = sql("", resolving("e.kind = 'user' AND e.name_key = wanted.key"));

function resolving(condition: string): string {
  return `SELECT e.kind, e.idp_id, u.id AS user_id FROM unnest($3::text[]) AS wanted(key)
    CROSS JOIN LATERAL (SELECT e.kind, e.idp_id FROM identity.ldap_entries AS e
      WHERE e.environment_id = $1 AND e.directory_id = $2 AND ${condition} ORDER BY e.run DESC LIMIT 1) AS e
    LEFT JOIN LATERAL (SELECT u.id FROM identity.directory_users AS u
      WHERE u.directory_id = $2 AND u.idp_id = e.idp_id AND e.kind = 'user' LIMIT 1) AS u ON true`;
}
const COUNT = sql(
  "ldap_entries_count",
  `SELECT count(*)::int AS known, (count(*) FILTER (WHERE run < $4))::int AS gone FROM identity.ldap_entries
   WHERE environment_id = $1 AND directory_id = $2 AND kind = $3`,
);
const GONE = sql(
  "ldap_entries_gone",
  `DELETE FROM identity.ldap_entries WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM identity.ldap_entries
     WHERE environment_id = $1 AND directory_id = $2 AND kind = $3 AND run < $4 LIMIT 500 FOR UPDATE))
   RETURNING idp_id`,
);

/** Remembers which entries these are, and that this run has met them. */
export async function noteEntries(
  { run, directory }: Ingest,
  kind: EntryKind,
  entries: readonly KnownEntry[],
  runNumber: number,
): Promise<void> {
  const each = [...new Map(entries.map((entry) => [entry.idpId, entry])).values()];
  const noted = each.map(({ idpId, dn, username }) => ({
    idp_id: idpId,
    dn_hash: hashSecret(dnKey(dn)),
    name_key: username?.toLowerCase() ?? null,
  }));
  await run(NOTE, [directory.environment_id, directory.id, kind, rows(noted), runNumber]);
}

/** Whom the names of entries mean: ids of our users, and the directory's ids of groups. Those outside are left out. */
export async function resolve(
  { run, directory }: Ingest,
  dns: readonly string[],
): Promise<{ users: string[]; groups: string[] }> {
  const found: { users: string[]; groups: string[] } = { users: [], groups: [] };
  for (const bite of inBites(dns, 5_000)) {
    const keys = bite.map((dn) => hashSecret(dnKey(dn)));
    const scope = [directory.environment_id, directory.id, keys] as const;
    for (const { kind, idp_id, user_id } of await run<Resolved>(RESOLVE, scope))
      if (kind === "group") found.groups.push(idp_id);
      else if (user_id !== null) found.users.push(user_id);
  }
  return found;
}

interface Resolved {
  kind: EntryKind;
  idp_id: string;
  user_id: string | null;
}

export async function resolveUsernames(
  { run, directory }: Ingest,
  names: readonly string[],
): Promise<string[]> {
  const users: string[] = [];
  for (const bite of inBites(names, 5_000)) {
    const keys = bite.map((name) => name.toLowerCase());
    const scope = [directory.environment_id, directory.id, keys] as const;
    for (const { user_id } of await run<Resolved>(RESOLVE_NAMES, scope))
      if (user_id !== null) users.push(user_id);
  }
  return users;
}

/** How many of the known ones a full run has not met. */
export async function countGone({ run, directory }: Ingest, kind: EntryKind, runNumber: number) {
  const values = [directory.environment_id, directory.id, kind, runNumber];
  const [counted] = await run<{ known: number; gone: number }>(COUNT, values);
  return counted ?? { known: 0, gone: 0 };
}

/** Forgets some of those that a full run has not met, and names them: ever fewer, and at last none. */
export async function takeGone(
  { run, directory }: Ingest,
  kind: EntryKind,
  runNumber: number,
): Promise<string[]> {
  const values = [directory.environment_id, directory.id, kind, runNumber];
  const gone = await run<{ idp_id: string }>(GONE, values);
  return gone.map(({ idp_id }) => idp_id);
}

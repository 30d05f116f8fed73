import { type Database, EVERY_ENVIRONMENT, json, sql } from "../db.ts";
import { iso } from "../wire/time.ts";

/** A request of a provider's that was refused. */
export interface Refused {
  status: number;
  method: string;
  /** What it was about: Users, Groups. */
  resource: string;
  /** What it was told, in a sentence. */
  detail: string;
  /** SCIM's own word for it, where there is one. */
  reason: string | null;
}

export interface FailureRow {
  kind: string;
  status: number;
  method: string;
  resource: string;
  detail: string;
  count: number;
  first_at: Date;
  last_at: Date;
}

const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const RESOURCES = new Set(["Users", "Groups", "Bulk"]);
const DETAIL_MAX = 300;

// Of each kind there is one row, and the kinds are few: whoever sends rubbish all day long fills no table with it.
const NOTE = sql(
  "directory_failures_note",
  `INSERT INTO identity.directory_failures AS f
     (environment_id, directory_id, kind, status, method, resource, detail, count, first_at, last_at)
   SELECT $1, $2, new.kind, new.status, new.method, new.resource, new.detail, new.count, $4, $4
   FROM jsonb_to_recordset($3) AS new(kind text, status int, method text, resource text, detail text, count int)
   WHERE EXISTS (SELECT FROM identity.directories WHERE environment_id = $1 AND id = $2)
   ON CONFLICT (directory_id, kind) DO UPDATE SET detail = excluded.detail, method = excluded.method,
     count = f.count + excluded.count, last_at = excluded.last_at`,
);
const LIST = sql(
  "directory_failures_list",
  `SELECT kind, status, method, resource, detail, count, first_at, last_at FROM identity.directory_failures
   WHERE environment_id = $1 AND directory_id = $2 ORDER BY last_at DESC, kind LIMIT 50`,
);
// Across environments: nobody has proven yet who they are, only the address says which directory is meant. One statement,
// whether there is such a directory or not: how long it takes tells nobody which addresses there are.
const NOTE_STRANGER = sql(
  "directory_failures_note_stranger",
  `INSERT INTO identity.directory_failures AS f
     (environment_id, directory_id, kind, status, method, resource, detail, count, first_at, last_at)
   SELECT known.environment_id, known.id, known.kind, 401, $3, $4, $5::jsonb ->> known.kind, 1, $6, $6 FROM (
     SELECT d.id, d.environment_id, CASE WHEN $2::text IS NULL THEN 'token_missing' WHEN t.id IS NULL THEN 'token_unknown'
         WHEN t.directory_id <> d.id THEN 'token_of_another' ELSE 'token_over' END AS kind
     FROM identity.directories AS d LEFT JOIN identity.directory_tokens AS t ON t.value_hash = $2
     WHERE d.external_key = $1) AS known
   ON CONFLICT (directory_id, kind) DO UPDATE SET method = excluded.method, resource = excluded.resource,
     count = f.count + 1, last_at = excluded.last_at
   WHERE f.last_at < excluded.last_at - interval '2 seconds'`,
);

interface DirectoryIds {
  id: string;
  environment_id: string;
}

/** Puts on record what a directory's provider was refused. */
export async function noteFailures(
  db: Database,
  { id, environment_id }: DirectoryIds,
  refused: readonly Refused[],
  now: Date,
): Promise<void> {
  const kinds = new Map<string, ReturnType<typeof failureOf> & { count: number }>();
  for (const each of refused) {
    const failure = failureOf(each);
    kinds.set(failure.kind, { ...failure, count: (kinds.get(failure.kind)?.count ?? 0) + 1 });
  }
  if (kinds.size > 0)
    await db.query(environment_id, NOTE, [environment_id, id, json([...kinds.values()]), now]);
}

/**
 * Puts on record that somebody came to a directory's address with a token that is not good for it, and what it is instead.
 * Anybody can knock: of each kind one is written in two seconds.
 */
export async function noteStranger(
  db: Database,
  { externalKey, tokenHash }: { externalKey: string; tokenHash: string | null },
  { method, resource }: Pick<Refused, "method" | "resource">,
  now: Date,
): Promise<void> {
  const about = [
    METHODS.has(method) ? method : "other",
    RESOURCES.has(resource) ? resource : "other",
  ] as const;
  await db.query(EVERY_ENVIRONMENT, NOTE_STRANGER, [externalKey, tokenHash, ...about, json(STRANGERS), now]);
}

const STRANGERS = {
  token_missing: "A request came without a token.",
  token_unknown: "A request came with a token that is none of this directory's.",
  token_of_another: "A request came with the token of another directory.",
  token_over: "A request came with a token of this directory that has been replaced or taken back.",
} as const;

export async function listFailures(
  db: Database,
  { id, environment_id }: DirectoryIds,
): Promise<FailureRow[]> {
  return await db.query<FailureRow>(environment_id, LIST, [environment_id, id]);
}

export function failureToWire({ first_at, last_at, ...row }: FailureRow) {
  return { object: "directory_failure" as const, ...row, first_at: iso(first_at), last_at: iso(last_at) };
}

function failureOf({ status, method, resource, detail, reason }: Refused) {
  const about = RESOURCES.has(resource) ? resource : "other";
  const kind = reason?.startsWith("token_")
    ? reason
    : [about, status, reason ?? ""].join(":").replace(/:$/, "");
  return {
    kind,
    status,
    method: METHODS.has(method) ? method : "other",
    resource: about,
    detail: detail.slice(0, DETAIL_MAX),
  };
}

import { type Database, EVERY_ENVIRONMENT, type Run, sql } from "../../db.ts";
import type { DirectoryRow } from "../../directories/directory.ts";
import { type Ingest, into } from "../../directories/ingest/ingest.ts";
import { randomSecret } from "../../keys/secrets.ts";
import { isoOrNull } from "../../wire/time.ts";

export type SyncKind = "full" | "incremental";

/** Where a directory is read from, and how far that has come. */
export interface LdapSourceRow {
  directory_id: string;
  environment_id: string;
  /** As stored; `LdapDirectorySettings` parses them. */
  settings: unknown;
  next_at: Date | null;
  wanted: SyncKind | null;
  accept_removals: boolean;
  lease_id: string | null;
  lease_until: Date | null;
  run: number;
  kind: SyncKind | null;
  started_at: Date | null;
  finished_at: Date | null;
  users: number;
  groups: number;
  removed: number;
  last_full_at: Date | null;
  mark_server: string | null;
  mark: string | null;
}

/** A run that this instance has to itself, as long as it goes on within its lease. */
export type ClaimedSource = LdapSourceRow & { lease_id: string; kind: SyncKind };

/** Longer than a server may take to answer: see answer_timeout_ms. */
const LEASE = "make_interval(secs => 60 + (settings ->> 'answer_timeout_ms')::int / 1000)";

// Looked up across environments: whichever is due. The clock of the database is the one that all instances share.
const CLAIM = sql(
  "ldap_source_claim",
  `UPDATE identity.ldap_sources SET lease_id = $1, lease_until = now() + ${LEASE}, run = run + 1,
     kind = CASE WHEN wanted = 'full' OR mark IS NULL OR last_full_at IS NULL
         OR last_full_at <= now() - make_interval(hours => (settings ->> 'full_every_hours')::int)
       THEN 'full' ELSE 'incremental' END,
     wanted = NULL, started_at = now(), finished_at = NULL, users = 0, groups = 0, removed = 0
   WHERE directory_id = (SELECT directory_id FROM identity.ldap_sources
     WHERE next_at <= now() AND (lease_until IS NULL OR lease_until < now())
     ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
   RETURNING *`,
);
const DIRECTORY = sql(
  "ldap_source_directory",
  "SELECT * FROM identity.directories WHERE environment_id = $1 AND id = $2 FOR SHARE",
);
const GO_ON = sql(
  "ldap_source_go_on",
  `UPDATE identity.ldap_sources SET lease_until = now() + ${LEASE},
     users = users + $4, groups = groups + $5, removed = removed + $6
   WHERE environment_id = $1 AND directory_id = $2 AND lease_id = $3 RETURNING directory_id`,
);
const START_OVER = sql(
  "ldap_source_start_over",
  `UPDATE identity.ldap_sources SET users = 0, groups = 0, removed = 0, kind = $4
   WHERE environment_id = $1 AND directory_id = $2 AND lease_id = $3`,
);
// What was asked for meanwhile comes next. A full run that failed is still wanted; that many may be gone was said of that one run.
const FINISH = sql(
  "ldap_source_finish",
  `UPDATE identity.ldap_sources SET lease_id = NULL, lease_until = NULL, finished_at = now(),
     accept_removals = CASE WHEN wanted IS NULL THEN false ELSE accept_removals END,
     next_at = CASE WHEN wanted IS NULL
       THEN now() + make_interval(mins => (settings ->> 'interval_minutes')::int) ELSE now() END,
     wanted = CASE WHEN $4 THEN wanted ELSE coalesce(wanted, kind) END,
     last_full_at = CASE WHEN $4 AND kind = 'full' THEN started_at ELSE last_full_at END,
     mark_server = coalesce($5, mark_server), mark = coalesce($6, mark)
   WHERE environment_id = $1 AND directory_id = $2 AND lease_id = $3 RETURNING directory_id`,
);

/** The run is another instance's by now, or the directory is gone: nothing more is written. */
export class RunLost extends Error {
  override name = "RunLost";
}

/** The source that has been due for longest, for this instance alone; null where none is. */
export async function claimSource(db: Database): Promise<ClaimedSource | null> {
  const [claimed] = await db.query<ClaimedSource>(EVERY_ENVIRONMENT, CLAIM, [randomSecret()]);
  return claimed ?? null;
}

/** How many of each a step of a run has dealt with. */
export interface Counted {
  users?: number;
  groups?: number;
  removed?: number;
}

/** One step of a run, in a transaction in which the run is certainly still ours and the directory as it was. */
export async function step<Done>(
  { db, clock }: { db: Database; clock: () => Date },
  source: ClaimedSource,
  { users = 0, groups = 0, removed = 0 }: Counted,
  work: (ingest: Ingest) => Promise<Done>,
): Promise<Done> {
  const scope = [source.environment_id, source.directory_id] as const;
  return await db.transaction(source.environment_id, async (run) => {
    const [directory] = await run<DirectoryRow>(DIRECTORY, scope);
    const held = await run(GO_ON, [...scope, source.lease_id, users, groups, removed]);
    if (!directory || held.length === 0) throw new RunLost();
    return await work(into(directory, run, clock()));
  });
}

/** Begins anew, at another server or because the mark is another server's. */
export async function startOver(db: Database, source: ClaimedSource, kind: SyncKind): Promise<void> {
  const { environment_id, directory_id, lease_id } = source;
  await db.query(environment_id, START_OVER, [environment_id, directory_id, lease_id, kind]);
}

/** Where the next incremental run begins. */
export interface Mark {
  server: string;
  value: string;
}

/** Ends a run within a transaction. @throws RunLost where it is not ours any more. */
export async function finishRun(
  run: Run,
  { environment_id, directory_id, lease_id }: ClaimedSource,
  outcome: { ok: boolean; mark: Mark | null },
): Promise<void> {
  const { ok, mark } = outcome;
  const values = [environment_id, directory_id, lease_id, ok, mark?.server ?? null, mark?.value ?? null];
  if ((await run(FINISH, values)).length === 0) throw new RunLost();
}

/** How a sync is going, or went. */
export function syncToWire(row: LdapSourceRow, now: Date) {
  const running = row.lease_until !== null && row.lease_until > now;
  return {
    object: "directory_sync" as const,
    directory_id: row.directory_id,
    state: running ? ("running" as const) : row.wanted ? ("waiting" as const) : ("idle" as const),
    kind: row.kind,
    users: row.users,
    groups: row.groups,
    removed: row.removed,
    started_at: isoOrNull(row.started_at),
    finished_at: isoOrNull(row.finished_at),
    last_full_at: isoOrNull(row.last_full_at),
    next_at: isoOrNull(row.next_at),
  };
}

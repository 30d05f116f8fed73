import { encodeTime } from "ulid";
import { type Database, sql } from "../db.ts";
import { invalid } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { iso, isoOrNull } from "../wire/time.ts";
import type { CountedDirectoryRow } from "./directory.ts";
import { failureToWire, listFailures } from "./failures.ts";

// Who and what has come into a directory, newest first: what somebody watches while its provider sends for the first time.

interface ArrivalRow {
  kind: "user" | "group";
  id: string;
  name: string | null;
  detail: string | null;
  state: string | null;
  created_at: Date;
}

// Off the index of each, which has them in the order they were made.
const NEWEST = sql(
  "directory_arrivals",
  `SELECT * FROM (
     (SELECT 'user' AS kind, u.id, coalesce(nullif(u.name, ''), u.username) AS name, u.email AS detail, u.state, u.created_at
      FROM identity.directory_users AS u WHERE u.environment_id = $1 AND u.directory_id = $2 AND u.withdrawn_at IS NULL
        AND u.id > 'directory_user_' || $3 ORDER BY u.id DESC LIMIT $4)
     UNION ALL
     (SELECT 'group', g.id, g.name, NULL, NULL, g.created_at
      FROM identity.directory_groups AS g WHERE g.environment_id = $1 AND g.directory_id = $2
        AND g.id > 'directory_group_' || $3 ORDER BY g.id DESC LIMIT $4)) AS arrival
   ORDER BY created_at DESC, id DESC LIMIT $4`,
);
const MEMBERS = sql(
  "directory_arrivals_members",
  `SELECT count(*)::int AS members FROM identity.directory_groups AS g
   JOIN identity.directory_members AS m ON m.group_id = g.id WHERE g.environment_id = $1 AND g.directory_id = $2`,
);

/** What is still being written is made already, and has a smaller id than what was seen: each look begins a little earlier. */
const IN_FLIGHT_MS = 15_000;

export async function arrivals(db: Database, directory: CountedDirectoryRow, query: Params, now: Date) {
  const limit = readLimit(query);
  const after = readCursor(query);
  const scope = [directory.environment_id, directory.id] as const;
  const found = await db.query<ArrivalRow>(scope[0], NEWEST, [...scope, encodeTime(after, 10), limit]);
  const [counted] = await db.query<{ members: number }>(scope[0], MEMBERS, scope);
  const failures = await listFailures(db, directory);
  return {
    object: "directory_arrivals" as const,
    directory_id: directory.id,
    state: directory.state,
    counts: {
      users: { active: directory.active_users, inactive: directory.inactive_users },
      groups: directory.groups,
      members: counted?.members ?? 0,
    },
    last_sync_at: isoOrNull(directory.last_sync_at),
    last_error: directory.last_error,
    last_error_at: isoOrNull(directory.last_error_at),
    failures: failures.map(failureToWire),
    data: found.map(({ created_at, ...row }) => ({
      object: "directory_arrival" as const,
      ...row,
      created_at: iso(created_at),
    })),
    /** Given back as `after`, it leads to what has come since. What came just before may come again: it has the same id. */
    cursor: String(now.getTime() - IN_FLIGHT_MS),
  };
}

function readCursor(query: Params): number {
  const after = one(query, "after") ?? "0";
  if (/^\d{1,14}$/.test(after)) return Number(after);
  throw invalid([
    { field: "after", code: "invalid", message: "after must be a cursor of an earlier answer." },
  ]);
}

function readLimit(query: Params): number {
  const limit = Number(one(query, "limit") ?? 50);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw invalid([
    { field: "limit", code: "invalid", message: "limit must be a whole number from 1 to 100." },
  ]);
}

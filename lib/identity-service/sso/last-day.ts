import { DAY_MS } from "#lib/shared/clock.ts";
import { type Database, sql } from "../db.ts";
import { firstIdSince } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { iso } from "../wire/time.ts";
import { type TraceRow, traceToWire } from "./traces.ts";

// What came through connections in the last day. By the ids, which are in the order of time and indexed beneath each
// connection: an environment may have millions of sign-ins. Trials are none: nobody got in by them.
const SIGN_INS = "purpose IN ('application', 'idp_initiated')";
const OF_CONNECTIONS = `SELECT id FROM identity.connections WHERE environment_id = $1
  AND ($3::text IS NULL OR organization_id = $3)`;

const HOURS = sql(
  "sign_in_hours",
  `SELECT date_trunc('hour', created_at, 'UTC') AS hour, count(*) FILTER (WHERE state = 'passed')::int AS passed,
     count(*) FILTER (WHERE state = 'failed')::int AS failed
   FROM identity.sign_ins WHERE connection_id IN (${OF_CONNECTIONS}) AND id > $2 AND ${SIGN_INS}
     AND state IN ('passed', 'failed') GROUP BY 1 ORDER BY 1`,
);

interface Hour {
  hour: Date;
  passed: number;
  failed: number;
}

/** Sign-ins of the last day by the hour they were begun in; an hour without any is left out. */
export async function signInHours(
  db: Database,
  environmentId: string,
  organizationId: string | null,
  now: Date,
) {
  const since = new Date(now.getTime() - DAY_MS);
  const values = [environmentId, firstIdSince("sign_in", since), organizationId];
  const hours = await db.query<Hour>(environmentId, HOURS, values);
  return {
    object: "list" as const,
    since: iso(since),
    data: hours.map(({ hour, passed, failed }) => ({
      object: "sign_in_hour" as const,
      hour: iso(hour),
      passed,
      failed,
    })),
  };
}

export type FailureRow = TraceRow & { connection_id: string; connection_name: string };

/** The sign-ins that failed in the last day, through whichever connection. */
export function failures(environmentId: string, organizationId: string | null, now: Date): ListSource {
  return {
    select: `SELECT row.id, row.purpose, row.state, row.checks, row.profile, row.error, row.created_at, row.expires_at,
      row.finished_at, row.connection_id, connection.name AS connection_name
      FROM identity.sign_ins AS row JOIN identity.connections AS connection ON connection.id = row.connection_id`,
    where: [
      `row.connection_id IN (${OF_CONNECTIONS})`,
      "row.id > $2",
      `row.${SIGN_INS}`,
      "row.state = 'failed'",
    ],
    values: [environmentId, firstIdSince("sign_in", new Date(now.getTime() - DAY_MS)), organizationId],
  };
}

export function failureToWire(row: FailureRow, now: Date) {
  return {
    ...traceToWire(row, now),
    connection_id: row.connection_id,
    connection_name: row.connection_name,
  };
}

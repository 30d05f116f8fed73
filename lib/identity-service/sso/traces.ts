import { sql } from "../db.ts";
import type { Check } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import type { ListSource } from "../wire/pagination.ts";
import { iso, isoOrNull } from "../wire/time.ts";
import { type KeptChecks, recallChecks } from "./kept-checks.ts";

export interface TraceRow {
  id: string;
  purpose: "application" | "idp_initiated" | "test";
  state: "pending" | "passed" | "failed";
  checks: KeptChecks | Check[] | null;
  profile: Record<string, unknown> | null;
  error: { code: string; message: string } | null;
  created_at: Date;
  expires_at: Date;
  finished_at: Date | null;
}

const SELECT = `SELECT row.id, row.purpose, row.state, row.checks, row.profile, row.error, row.created_at, row.expires_at, row.finished_at
  FROM identity.sign_ins AS row`;
const FIND_TEST = sql(
  "test_sign_in_read",
  `${SELECT} WHERE row.environment_id = $1 AND row.connection_id = $2 AND row.id = $3 AND row.purpose = 'test'`,
);

/** Every sign-in through a connection, tests included. */
export function traces(environmentId: string, connectionId: string): ListSource {
  return {
    select: SELECT,
    where: ["row.environment_id = $1", "row.connection_id = $2"],
    values: [environmentId, connectionId],
  };
}

export async function getTestSignIn(
  { db, clock }: Service,
  environmentId: string,
  { connectionId, id }: { connectionId: string; id: string },
) {
  const [row] = await db.query<TraceRow>(environmentId, FIND_TEST, [environmentId, connectionId, id]);
  if (!row) throw notFound("Test sign-in", id);
  return { ...traceToWire(row, clock()), object: "test_sign_in" as const };
}

export function traceToWire(row: TraceRow, now: Date) {
  const expired = row.state === "pending" && row.expires_at <= now;
  const message = "Nobody came back from the identity provider in time.";
  return {
    object: "sign_in_trace" as const,
    id: row.id,
    purpose: row.purpose,
    state: expired ? ("failed" as const) : row.state,
    checks: recallChecks(row.checks),
    profile: row.profile,
    // A password page may have been answered before it was left: what came of that says more.
    error: expired ? (row.error ?? { code: "expired", message }) : row.error,
    created_at: iso(row.created_at),
    finished_at: isoOrNull(row.finished_at),
  };
}

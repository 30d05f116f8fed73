import { sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import type { ListSource } from "../wire/pagination.ts";
import { iso, isoOrNull } from "../wire/time.ts";
import { openCaptured } from "./captured.ts";
import { recallChecks } from "./kept-checks.ts";
import { previewOf } from "./preview.ts";

export interface TraceRow {
  id: string;
  purpose: "application" | "idp_initiated" | "test";
  state: "pending" | "passed" | "failed";
  checks: Parameters<typeof recallChecks>[0];
  profile: Record<string, unknown> | null;
  error: { code: string; message: string } | null;
  created_at: Date;
  expires_at: Date;
  finished_at: Date | null;
  revision: number | null;
  captured_until: Date | null;
}

const SELECT = `SELECT row.id, row.purpose, row.state, row.checks, row.profile, row.error, row.created_at, row.expires_at, row.finished_at,
  row.revision, (SELECT expires_at FROM identity.captured_answers AS answer WHERE answer.sign_in_id = row.id) AS captured_until
  FROM identity.sign_ins AS row`;
const FIND_TEST = sql(
  "test_sign_in_read",
  `${SELECT} WHERE row.environment_id = $1 AND row.connection_id = $2 AND row.id = $3 AND row.purpose = 'test'`,
);

/** Every sign-in through a connection, tests included; or those of one purpose. */
export function traces(environmentId: string, connectionId: string, purpose?: string): ListSource {
  const where = ["row.environment_id = $1", "row.connection_id = $2"];
  const values = [environmentId, connectionId];
  if (purpose !== undefined) where.push(`row.purpose = $${values.push(purpose)}`);
  return { select: SELECT, where, values };
}

/** A test, and while its answer is kept, what was received beside the mapping. */
export async function getTestSignIn(
  service: Service,
  environmentId: string,
  { connectionId, id }: { connectionId: string; id: string },
) {
  const [row] = await service.db.query<TraceRow>(environmentId, FIND_TEST, [environmentId, connectionId, id]);
  if (!row) throw notFound("Test sign-in", id);
  const found = await openCaptured(service, environmentId, { connectionId, id });
  const preview = found && previewOf(found.captured);
  return { ...traceToWire(row, service.clock()), object: "test_sign_in" as const, preview };
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
    /** Of a test: the revision of the settings that it is of. */
    revision: row.revision,
    captured_until: row.captured_until && row.captured_until > now ? iso(row.captured_until) : null,
  };
}

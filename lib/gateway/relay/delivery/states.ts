import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import type { Pool } from "../../db.ts";

/** What an endpoint has not had is kept for so long after it was taken out of the configuration. */
const FORGOTTEN_AFTER = "7 days";

/**
 * Says of endpoints that are new that they begin here, before anything comes in by the configuration that names them: whoever takes
 * events need not be the one that hands them over, nor as quick.
 */
export async function nameNew(
  pool: Pool,
  { deployment, endpoints, folders }: GatewayConfiguration,
): Promise<void> {
  await pool.query(
    `INSERT INTO boundary.relay_endpoints (endpoint_id, customer_id, deployment_id, cursor, fence)
     SELECT unnest($3::text[]), $2, $1, (SELECT coalesce(max(seq), 0) FROM boundary.relay_events WHERE deployment_id = $1), 0
     ON CONFLICT DO NOTHING`,
    [deployment.id, deployment.customer_id, [...endpoints, ...folders].map(({ id }) => id)],
  );
}

/**
 * Marks the endpoints that the configuration names no more, and forgets those it has not named for a week. Not at once: of two
 * gateways the one may have heard of a new endpoint before the other.
 */
export async function forgetAbsent(
  pool: Pool,
  { deployment, endpoints, folders }: GatewayConfiguration,
): Promise<void> {
  const ids = [...endpoints, ...folders].map(({ id }) => id);
  await pool.query(
    `UPDATE boundary.relay_endpoints SET absent_since = CASE WHEN endpoint_id = ANY ($2) THEN NULL ELSE now() END
     WHERE deployment_id = $1 AND (absent_since IS NULL) <> (endpoint_id = ANY ($2))`,
    [deployment.id, ids],
  );
  await pool.query(
    `WITH forgotten AS (
       DELETE FROM boundary.relay_endpoints WHERE deployment_id = $1 AND absent_since < now() - interval '${FORGOTTEN_AFTER}'
       RETURNING endpoint_id
     ), deliveries AS (
       DELETE FROM boundary.relay_deliveries USING forgotten
       WHERE deployment_id = $1 AND relay_deliveries.endpoint_id = forgotten.endpoint_id
     )
     DELETE FROM boundary.relay_attempts USING forgotten
     WHERE deployment_id = $1 AND relay_attempts.endpoint_id = forgotten.endpoint_id`,
    [deployment.id],
  );
}

/** As many deliveries as a report tells of one by one. */
const HELD_MAX = 50;

interface Held {
  endpoint_id: string;
  event_id: string;
  event: string;
  state: "waiting" | "dead";
  attempts: number;
  opened_at: Date;
  next_at: Date | null;
  died_at: Date | null;
  status: number | null;
  problem: string | null;
}

/** Some of what endpoints have not taken, for a console that cannot look here itself. */
export async function readHeld(
  pool: Pool,
  { deployment, endpoints }: GatewayConfiguration,
): Promise<NonNullable<GatewayReport["held"]>> {
  const { rows } = await pool.query<Held>(
    `SELECT endpoint_id, event_id, event, state, attempts, opened_at, next_at, died_at, status, left(problem, 500) AS problem
     FROM boundary.relay_deliveries WHERE deployment_id = $1 AND endpoint_id = ANY ($2)
     ORDER BY state = 'dead' DESC, coalesce(died_at, opened_at) DESC, seq DESC LIMIT ${HELD_MAX}`,
    [deployment.id, endpoints.map(({ id }) => id)],
  );
  return rows.map((row) => ({
    ...row,
    opened_at: row.opened_at.toISOString(),
    next_at: row.next_at?.toISOString() ?? null,
    died_at: row.died_at?.toISOString() ?? null,
  }));
}

/** How each endpoint stands, for the report. */
export async function readStates(
  pool: Pool,
  { deployment, endpoints, folders }: GatewayConfiguration,
  now: Date,
): Promise<NonNullable<GatewayReport["endpoints"]>> {
  const { rows } = await pool.query<{
    endpoint_id: string;
    rests_until: Date | null;
    failing_since: Date | null;
    last_delivered_at: Date | null;
    waiting: number;
    dead: number;
  }>(
    `SELECT endpoint_id, rests_until, failing_since, last_delivered_at, d.waiting, d.dead FROM boundary.relay_endpoints AS e
     CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'waiting')::int AS waiting, count(*) FILTER (WHERE state = 'dead')::int AS dead
       FROM boundary.relay_deliveries AS d WHERE d.deployment_id = e.deployment_id AND d.endpoint_id = e.endpoint_id) AS d
     WHERE deployment_id = $1`,
    [deployment.id],
  );
  const states = new Map(rows.map((row) => [row.endpoint_id, row]));
  return [...endpoints, ...folders].map(({ id, paused }) => {
    const row = states.get(id);
    const state = paused
      ? "paused"
      : row?.rests_until && row.rests_until > new Date(now.getTime() - 10_000)
        ? "broken"
        : row?.failing_since
          ? "failing"
          : "working";
    return {
      id,
      state,
      waiting: row?.waiting ?? 0,
      dead: row?.dead ?? 0,
      last_delivered_at: row?.last_delivered_at?.toISOString() ?? null,
    };
  });
}

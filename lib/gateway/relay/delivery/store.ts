import type { Pool } from "../../db.ts";
import type { BreakerState } from "./breaker.ts";
import type { Item } from "./lanes.ts";

/** Whose endpoint it is, and which gateway is at work on it. */
export interface Place {
  readonly customerId: string;
  readonly deploymentId: string;
  readonly endpointId: string;
  readonly gateway: string;
}

/** An event to be delivered, as it is sent. */
export interface Delivery extends Item {
  readonly eventId: string;
  readonly environmentId: string;
  readonly event: string;
  /** Null where it has left the buffer: then a gap tells of it. */
  readonly body: string | null;
  /** How often it has been tried before. */
  readonly attempts: number;
  readonly openedAt: Date | null;
}

/** What holding an endpoint begins with. */
export interface Held {
  readonly fence: string;
  readonly cursor: number;
  readonly breaker: BreakerState;
  readonly failingSince: Date | null;
}

/** No lease is longer: what is held until later was taken before the database's clock was set back, and its fence keeps its holder out. */
const LEASE_MAX = "interval '5 minutes'";

/**
 * Takes the lease of an endpoint that nobody holds. A new endpoint begins with what comes from now on.
 * @returns null where somebody else holds it.
 */
export async function takeLease(pool: Pool, place: Place, leaseMs: number): Promise<Held | null> {
  const { rows } = await pool.query({
    name: "relay_take",
    text: `INSERT INTO boundary.relay_endpoints AS e (endpoint_id, customer_id, deployment_id, cursor, fence, held_by, held_until)
       VALUES ($1, $2, $3, (SELECT coalesce(max(seq), 0) FROM boundary.relay_events WHERE deployment_id = $3), 1, $4, now() + $5 * interval '1 millisecond')
       ON CONFLICT (deployment_id, endpoint_id) DO UPDATE SET fence = e.fence + 1, held_by = excluded.held_by,
         held_until = excluded.held_until, absent_since = NULL
       WHERE e.held_until IS NULL OR e.held_until < now() OR e.held_until > now() + ${LEASE_MAX}
       RETURNING fence, cursor, openings, rests_until, failing_since`,
    values: [place.endpointId, place.customerId, place.deploymentId, place.gateway, leaseMs],
  });
  const [row] = rows;
  return (
    (row && {
      fence: row.fence,
      cursor: Number(row.cursor),
      breaker: { openings: row.openings, restsUntil: row.rests_until },
      failingSince: row.failing_since,
    }) ??
    null
  );
}

/** Gives the lease back, so that another may go on at once. */
export async function giveLease(pool: Pool, place: Place, fence: string): Promise<void> {
  await pool.query(
    `UPDATE boundary.relay_endpoints SET held_until = NULL, held_by = NULL
     WHERE deployment_id = $1 AND endpoint_id = $2 AND fence = $3`,
    [place.deploymentId, place.endpointId, fence],
  );
}

const EVENT_COLUMNS = `e.seq, e.id, e.environment_id, e.event, e.object, e.body::text AS body`;

export interface EventRow {
  seq: string;
  id: string;
  environment_id: string;
  event: string;
  object: string;
  body: string;
}

/** What comes next in the stream: so many, and about so many bytes at most, but one in any case. */
export async function readEvents(
  pool: Pool,
  { deploymentId }: Pick<Place, "deploymentId">,
  after: number,
  { count, bytes }: { count: number; bytes: number },
): Promise<EventRow[]> {
  const { rows } = await pool.query<EventRow>({
    name: "relay_read",
    text: `SELECT ${EVENT_COLUMNS} FROM (
         SELECT *, sum(bytes) OVER (ORDER BY seq) - bytes AS before FROM (
           SELECT * FROM boundary.relay_events WHERE deployment_id = $4 AND seq > $1 ORDER BY seq LIMIT $2) AS next) AS e
       WHERE e.before <= $3 ORDER BY e.seq`,
    values: [after, count, bytes, deploymentId],
  });
  return rows;
}

/** A lane in which something waits: when the first is due (null: at once), and how many there are. */
export interface WaitingLane {
  readonly lane: string;
  readonly next_at: Date | null;
  readonly count: number;
}

export async function waitingLanes(pool: Pool, place: Place): Promise<WaitingLane[]> {
  const { rows } = await pool.query<WaitingLane>(
    `SELECT lane, (array_agg(next_at ORDER BY seq))[1] AS next_at, count(*)::int AS count FROM boundary.relay_deliveries
     WHERE deployment_id = $1 AND endpoint_id = $2 AND state = 'waiting' GROUP BY lane`,
    [place.deploymentId, place.endpointId],
  );
  return rows;
}

/** The first of what waits in each of some lanes. */
export async function readWaiting(
  pool: Pool,
  place: Place,
  lanes: readonly string[],
  each: number,
): Promise<Delivery[]> {
  const { rows } = await pool.query({
    name: "relay_waiting",
    text: `SELECT d.seq, d.lane, d.event_id, d.environment_id, d.event, d.attempts, d.opened_at, coalesce(e.body, d.body)::text AS text, coalesce(e.bytes, 0) AS bytes FROM unnest($3::text[]) AS wanted (lane)
       CROSS JOIN LATERAL (
         SELECT seq, lane, event_id, environment_id, event, attempts, opened_at, body FROM boundary.relay_deliveries
         WHERE deployment_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND lane = wanted.lane ORDER BY seq LIMIT $4) AS d
       LEFT JOIN boundary.relay_events AS e ON e.deployment_id = $1 AND e.seq = d.seq ORDER BY d.seq`,
    values: [place.deploymentId, place.endpointId, lanes, each],
  });
  return rows.map((row) => ({
    seq: Number(row.seq),
    lane: row.lane,
    bytes: row.bytes,
    isOpen: true,
    eventId: row.event_id,
    environmentId: row.environment_id,
    event: row.event,
    body: row.text,
    attempts: row.attempts,
    openedAt: row.opened_at,
  }));
}

/** A row of relay_deliveries as it is to be. */
export interface OpenRow {
  readonly seq: number;
  readonly event_id: string;
  readonly environment_id: string;
  readonly event: string;
  readonly lane: string;
  readonly state: "waiting" | "dead";
  readonly attempts: number;
  readonly opened_at: Date;
  readonly next_at: Date | null;
  readonly status: number | null;
  readonly problem: string | null;
}

export interface AttemptRow {
  readonly seq: number;
  readonly event_id: string;
  readonly event: string;
  readonly began_at: Date;
  readonly duration_ms: number;
  readonly attempt: number;
  readonly status: number | null;
  readonly problem: string | null;
  readonly excerpt: string | null;
}

/** What has come of deliveries since the last time it was written down. */
export interface Outcome {
  readonly cursor: number;
  readonly breaker: BreakerState;
  readonly failingSince: Date | null;
  readonly lastProblem: string | null;
  readonly delivered: number;
  readonly lastDeliveredAt: Date | null;
  readonly lastAttemptAt: Date | null;
  readonly opened: readonly OpenRow[];
  readonly gone: readonly number[];
  readonly attempts: readonly AttemptRow[];
}

const WRITE = `
WITH held AS (
  UPDATE boundary.relay_endpoints SET cursor = greatest(cursor, $5), held_until = now() + $6 * interval '1 millisecond', openings = $7,
    rests_until = $8, failing_since = $9, last_problem = coalesce($10, last_problem), delivered = delivered + $11,
    last_delivered_at = coalesce($12, last_delivered_at), last_attempt_at = coalesce($13, last_attempt_at)
  WHERE deployment_id = $2 AND endpoint_id = $3 AND fence = $4 RETURNING fence
), gone AS (
  DELETE FROM boundary.relay_deliveries USING held
  WHERE deployment_id = $2 AND endpoint_id = $3 AND seq = ANY ($14::bigint[])
), opened AS (
  INSERT INTO boundary.relay_deliveries (customer_id, deployment_id, endpoint_id, seq, event_id, environment_id, event, lane, state,
    attempts, opened_at, next_at, died_at, status, problem, body)
  SELECT $1, $2, $3, o.seq, o.event_id, o.environment_id, o.event, o.lane, o.state, o.attempts, o.opened_at, o.next_at,
    CASE WHEN o.state = 'dead' THEN now() END, o.status, o.problem,
    CASE WHEN o.state = 'dead' THEN (SELECT e.body FROM boundary.relay_events AS e WHERE e.deployment_id = $2 AND e.seq = o.seq) END
  FROM held, json_to_recordset($15::json) AS o (seq bigint, event_id text, environment_id text, event text, lane text, state text,
    attempts int, opened_at timestamptz, next_at timestamptz, status int, problem text)
  ON CONFLICT (deployment_id, endpoint_id, seq) DO UPDATE SET state = excluded.state, attempts = excluded.attempts,
    next_at = excluded.next_at, died_at = excluded.died_at, status = excluded.status, problem = excluded.problem,
    body = coalesce(excluded.body, relay_deliveries.body)
), noted AS (
  INSERT INTO boundary.relay_attempts (customer_id, deployment_id, endpoint_id, seq, event_id, event, gateway, began_at, duration_ms,
    attempt, status, problem, excerpt)
  SELECT $1, $2, $3, a.seq, a.event_id, a.event, $16, a.began_at, a.duration_ms, a.attempt, a.status, a.problem, a.excerpt
  FROM held, json_to_recordset($17::json) AS a (seq bigint, event_id text, event text, began_at timestamptz, duration_ms int,
    attempt int, status int, problem text, excerpt text)
)
SELECT count(*)::int AS held FROM held`;

/** Writes all of it down, or none. @returns false where the endpoint is somebody else's by now. */
export async function writeOutcome(
  pool: Pool,
  place: Place,
  { fence, leaseMs }: { fence: string; leaseMs: number },
  outcome: Outcome,
): Promise<boolean> {
  const { rows } = await pool.query<{ held: number }>({
    name: "relay_write",
    text: WRITE,
    values: [
      place.customerId,
      place.deploymentId,
      place.endpointId,
      fence,
      outcome.cursor,
      leaseMs,
      outcome.breaker.openings,
      outcome.breaker.restsUntil,
      outcome.failingSince,
      outcome.lastProblem,
      outcome.delivered,
      outcome.lastDeliveredAt,
      outcome.lastAttemptAt,
      outcome.gone,
      JSON.stringify(outcome.opened),
      place.gateway,
      JSON.stringify(outcome.attempts),
    ],
  });
  return rows[0]?.held === 1;
}

/** Forgets all but the latest attempts of an endpoint. */
export async function dropAttempts(pool: Pool, place: Place, kept: number): Promise<void> {
  await pool.query({
    name: "relay_drop_attempts",
    text: `DELETE FROM boundary.relay_attempts WHERE deployment_id = $1 AND endpoint_id = $2 AND id <= (
         SELECT id FROM boundary.relay_attempts WHERE deployment_id = $1 AND endpoint_id = $2 ORDER BY id DESC OFFSET $3 LIMIT 1)`,
    values: [place.deploymentId, place.endpointId, kept],
  });
}

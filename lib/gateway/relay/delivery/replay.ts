import { z } from "zod";
import type { GatewayConfiguration, GatewayEndpoint } from "#lib/shared/gateway/configuration.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import type { Pool } from "../../db.ts";
import { inTransaction } from "../append.ts";
import type { Place } from "./store.ts";

export type Replay = Extract<GatewayConfiguration["errands"][number], { kind: "replay" }>;

/** What was put back to wait: the lanes it stands in, and how many there are. */
export interface PutBack {
  readonly lanes: readonly string[];
  readonly count: number;
}

const STEP = 1_000;
/** So many of an earlier step may still wait when the next begins: what comes now must not wait for what came once. */
const REST_MAX = 200;
/** What is delivered again has lanes of its own: it holds up nothing new, and is held up by nothing. */
const LANE = "'~ ' || environment_id || ' ' || ";

const Progress = z.object({ after: z.coerce.number().default(0), replayed: z.number().default(0) });

/**
 * One step of a replay: puts events of the past back to wait for delivery, those that are dead and those that arrived, as far as the
 * buffer has them; without ids and without a range, everything that is dead.
 * @returns null where there is nothing to do for now.
 */
export async function replayOn(
  pool: Pool,
  place: Place,
  fence: string,
  endpoint: GatewayEndpoint,
  errand: Replay,
  now: Date,
): Promise<PutBack | null> {
  const { deploymentId, customerId, endpointId } = place;
  return await inTransaction(pool, async (client) => {
    const held = await client.query(HOLD, [deploymentId, endpointId, fence]);
    if (held.rowCount === 0) return null;
    const { rows } = await client.query<{ progress: unknown; done: boolean }>(PROGRESS, [
      deploymentId,
      errand.id,
    ]);
    if (rows[0]?.done) return null;
    const progress = Progress.parse(rows[0]?.progress ?? {});
    const waits = await client.query(WAITS, [deploymentId, endpointId, REST_MAX]);
    if ((waits.rowCount ?? 0) >= REST_MAX) return null;
    const { event_ids, from, to } = errand;
    const [byId, byTime] = [event_ids.length > 0, from !== null || to !== null];
    const asked = [deploymentId, endpointId, event_ids, from, to, progress.after, STEP];
    const filter = [endpoint.events.map(likeOf), endpoint.environment_ids];
    // Of the past only what the endpoint wants to hear; of the dead everything, for it wanted that once.
    const past = byId || byTime ? await client.query<Row>(PAST, [...asked, ...filter]) : { rows: [] };
    const dead = await client.query<Row>(
      byId || byTime ? DEAD_OF : DEAD,
      byId || byTime ? asked : [deploymentId, endpointId, progress.after, STEP],
    );
    const chosen = firstOf([...past.rows, ...dead.rows]);
    const values = [deploymentId, customerId, endpointId, chosen.map(({ seq }) => seq), now];
    const put = chosen.length > 0 ? await client.query<{ lane: string }>(PUT_BACK, values) : { rows: [] };
    const last = Number(chosen.at(-1)?.seq ?? progress.after);
    const isDone = chosen.length < STEP;
    const kept = JSON.stringify({ after: last, replayed: progress.replayed + put.rows.length });
    await client.query(SAVE, [deploymentId, customerId, errand.id, kept, isDone]);
    return { lanes: [...new Set(put.rows.map(({ lane }) => lane))], count: put.rows.length };
  });
}

/** Those of some errands that are not done; one for an endpoint that there is not is done with at once, and says why. */
export async function openReplays(
  pool: Pool,
  { deployment, endpoints, errands }: GatewayConfiguration,
): Promise<readonly Replay[]> {
  const replays = errands.filter((errand) => errand.kind === "replay");
  if (replays.length === 0) return [];
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM boundary.relay_errands WHERE deployment_id = $1 AND id = ANY ($2) AND done_at IS NOT NULL",
    [deployment.id, replays.map(({ id }) => id)],
  );
  const done = new Set(rows.map(({ id }) => id));
  const open = replays.filter(({ id }) => !done.has(id));
  const known = new Set(endpoints.map(({ id }) => id));
  for (const { id, endpoint_id } of open)
    if (!known.has(endpoint_id))
      await pool.query(REFUSE, [deployment.id, deployment.customer_id, id, "There is no such endpoint."]);
  return open.filter(({ endpoint_id }) => known.has(endpoint_id));
}

/** How far the replays of the configuration are. */
export async function replaysOf(
  pool: Pool,
  { deployment, errands }: GatewayConfiguration,
): Promise<NonNullable<GatewayReport["errands"]>> {
  const ids = errands.filter(({ kind }) => kind === "replay").map(({ id }) => id);
  if (ids.length === 0) return [];
  const { rows } = await pool.query<{ id: string; done: boolean; problem: string | null }>(
    `SELECT id, done_at IS NOT NULL AS done, problem FROM boundary.relay_errands WHERE deployment_id = $1 AND id = ANY ($2)`,
    [deployment.id, ids],
  );
  return rows;
}

interface Row {
  seq: string;
}

/** The lowest of them, each once, as many as belong to one step. */
function firstOf(rows: readonly Row[]): Row[] {
  const seqs = [...new Set(rows.map(({ seq }) => Number(seq)))].sort((a, b) => a - b);
  return seqs.slice(0, STEP).map((seq) => ({ seq: String(seq) }));
}

/** `dsync.*` as a pattern of LIKE. */
function likeOf(name: string): string {
  return name.replace(/[\\%_]/g, "\\$&").replace(/\*$/, "%");
}

const HOLD =
  "SELECT FROM boundary.relay_endpoints WHERE deployment_id = $1 AND endpoint_id = $2 AND fence = $3 FOR UPDATE";
const PROGRESS =
  "SELECT progress, done_at IS NOT NULL AS done FROM boundary.relay_errands WHERE deployment_id = $1 AND id = $2";
const WAITS = `SELECT FROM boundary.relay_deliveries
  WHERE deployment_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND lane >= '~ ' AND lane < '~!' LIMIT $3`;
const PAST = `SELECT seq FROM boundary.relay_events AS e
  WHERE deployment_id = $1 AND seq > $6
    AND seq <= (SELECT cursor FROM boundary.relay_endpoints WHERE deployment_id = $1 AND endpoint_id = $2)
    AND (cardinality($3::text[]) = 0 OR id = ANY ($3)) AND ($4::timestamptz IS NULL OR created_at >= $4)
    AND ($5::timestamptz IS NULL OR created_at <= $5)
    AND (cardinality($8::text[]) = 0 OR event LIKE ANY ($8)) AND (cardinality($9::text[]) = 0 OR environment_id = ANY ($9))
  ORDER BY seq LIMIT $7`;
const DEAD_OF = `SELECT seq FROM boundary.relay_deliveries
  WHERE deployment_id = $1 AND endpoint_id = $2 AND state = 'dead' AND seq > $6
    AND (cardinality($3::text[]) = 0 OR event_id = ANY ($3))
    AND ($4::timestamptz IS NULL OR (body->>'created_at')::timestamptz >= $4)
    AND ($5::timestamptz IS NULL OR (body->>'created_at')::timestamptz <= $5)
  ORDER BY seq LIMIT $7`;
const DEAD = `SELECT seq FROM boundary.relay_deliveries
  WHERE deployment_id = $1 AND endpoint_id = $2 AND state = 'dead' AND seq > $3 ORDER BY seq LIMIT $4`;
// What waits anyway is left as it is.
const PUT_BACK = `WITH revived AS (
    UPDATE boundary.relay_deliveries AS d SET state = 'waiting', attempts = 0, opened_at = $5, next_at = NULL, died_at = NULL,
      lane = CASE WHEN d.lane LIKE '~ %' THEN d.lane ELSE '~ ' || d.lane END
    WHERE deployment_id = $1 AND customer_id = $2 AND endpoint_id = $3 AND seq = ANY ($4::bigint[]) AND state = 'dead' RETURNING lane
  ), again AS (
    INSERT INTO boundary.relay_deliveries (customer_id, deployment_id, endpoint_id, seq, event_id, environment_id, event, lane, state,
      opened_at)
    SELECT $2, $1, $3, seq, id, environment_id, event, ${LANE} object, 'waiting', $5 FROM boundary.relay_events
    WHERE deployment_id = $1 AND seq = ANY ($4::bigint[])
    ON CONFLICT (deployment_id, endpoint_id, seq) DO NOTHING RETURNING lane
  ) SELECT lane FROM revived UNION ALL SELECT lane FROM again`;
const SAVE = `INSERT INTO boundary.relay_errands (deployment_id, customer_id, id, progress, done_at)
  VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END)
  ON CONFLICT (deployment_id, id) DO UPDATE SET progress = excluded.progress, done_at = excluded.done_at`;
const REFUSE = `INSERT INTO boundary.relay_errands (deployment_id, customer_id, id, problem, done_at) VALUES ($1, $2, $3, $4, now())
  ON CONFLICT (deployment_id, id) DO UPDATE SET problem = excluded.problem, done_at = excluded.done_at`;

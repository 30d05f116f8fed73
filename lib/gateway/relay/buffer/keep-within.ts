import type { PoolClient } from "pg";
import { HOUR_MS } from "#lib/shared/clock.ts";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { GAP_EVENT, type Gap, type GapReason } from "#lib/shared/gateway/gap.ts";
import { newId } from "#lib/shared/ids.ts";
import type { Pool } from "../../db.ts";
import { holdBuffer, inTransaction, recordGap, type Side } from "../append.ts";
import { owedAmong } from "./owed.ts";

const BATCH = 20_000;
/** What must be dropped is dropped in one go, down to so much: a gap a day says as much as one every few seconds. */
const FILL_AFTER_DROP = 0.95;

interface Row {
  readonly seq: string;
  readonly id: string;
  readonly environment_id: string;
  readonly event: string;
  readonly created_at: Date;
  readonly bytes: number;
  readonly age_ms: number;
}

/** What one look at the buffer did. */
export interface Dropped {
  /** Events that everybody had had. */
  readonly had: number;
  /** What somebody will not get. */
  readonly gaps: readonly Gap[];
}

/**
 * Keeps the buffer within its limits: the oldest go first. What everybody had had leaves silently, and its id is remembered. What
 * somebody had not had leaves a gap; its id is forgotten, so that the range can be pulled again.
 * @param options.byAge false while the clock is not to be trusted.
 */
export async function keepWithin(
  pool: Pool,
  side: Side,
  { buffer, endpoints, folders }: Pick<GatewayConfiguration, "buffer" | "endpoints" | "folders">,
  now: Date,
  { byAge }: { byAge: boolean },
): Promise<Dropped> {
  let had = 0;
  const gaps: Gap[] = [];
  const down = { bytes: buffer.max_bytes, ageMs: buffer.max_age_seconds * 1_000 };
  while (await isOver(pool, side, down, byAge)) {
    const done = await inTransaction(pool, async (client) => {
      const fill = await holdBuffer(client, side);
      const rows = await oldest(client, side);
      const owed = await owedAmong(client, side, [...endpoints, ...folders], rows);
      const leaving = choose(rows, owed, fill, down, byAge);
      if (leaving.size === 0) return null;
      const lost = [...leaving.keys()].filter((row) => owed.has(row));
      await remove(client, side, [...leaving.keys()], new Set(lost));
      const made = await gapsOf(client, side, leaving, lost);
      for (const gap of made) await recordGap(client, side, gap, now);
      return { had: leaving.size - lost.length, gaps: made };
    });
    if (!done) break;
    had += done.had;
    gaps.push(...done.gaps);
  }
  return { had, gaps };
}

async function oldest(client: PoolClient, { deploymentId }: Side): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `SELECT seq, id, environment_id, event, created_at, bytes,
       (extract(epoch FROM clock_timestamp() - received_at) * 1000)::float8 AS age_ms
     FROM boundary.relay_events WHERE deployment_id = $1 ORDER BY seq LIMIT $2`,
    [deploymentId, BATCH],
  );
  return rows;
}

/** Down to where the buffer is emptied. */
interface Down {
  bytes: number;
  ageMs: number;
}

/** From the oldest on, as many as must leave, and why. Once one must that somebody is owed, some more go with it. */
function choose(
  rows: readonly Row[],
  owed: ReadonlySet<Row>,
  fill: number,
  down: Down,
  byAge: boolean,
): Map<Row, GapReason> {
  const limits = { ...down };
  const leaving = new Map<Row, GapReason>();
  let bytes = fill;
  for (const row of rows) {
    const isOld = byAge && row.age_ms > down.ageMs;
    if (!isOld && bytes <= down.bytes) break;
    if (owed.has(row)) {
      if (bytes > limits.bytes) down.bytes = limits.bytes * FILL_AFTER_DROP;
      if (row.age_ms > limits.ageMs) down.ageMs = limits.ageMs - Math.min(HOUR_MS, limits.ageMs / 24);
    }
    leaving.set(row, isOld ? "too_old" : "buffer_full");
    bytes -= row.bytes;
  }
  return leaving;
}

/** Looked at without holding anybody up: most of the time it is not. */
async function isOver(pool: Pool, { deploymentId }: Side, down: Down, byAge: boolean): Promise<boolean> {
  const { rows } = await pool.query<{ bytes: string; age_ms: number | null }>(
    `SELECT bytes, (SELECT extract(epoch FROM clock_timestamp() - received_at) * 1000 FROM boundary.relay_events
       WHERE deployment_id = $1 ORDER BY seq LIMIT 1)::float8 AS age_ms
     FROM boundary.relay_buffers WHERE deployment_id = $1`,
    [deploymentId],
  );
  const [row] = rows;
  return row !== undefined && (Number(row.bytes) > down.bytes || (byAge && (row.age_ms ?? 0) > down.ageMs));
}

async function remove(
  client: PoolClient,
  side: Side,
  rows: readonly Row[],
  lost: ReadonlySet<Row>,
): Promise<void> {
  const had = rows.filter((row) => !lost.has(row)).map(({ seq }) => seq);
  await client.query(
    `WITH gone AS (
       DELETE FROM boundary.relay_events WHERE deployment_id = $1 AND seq = ANY($3::bigint[])
       RETURNING seq, environment_id, id, bytes),
     emptied AS (
       UPDATE boundary.relay_buffers SET events = events - (SELECT count(*) FROM gone),
         bytes = bytes - (SELECT coalesce(sum(bytes), 0) FROM gone) WHERE deployment_id = $1)
     INSERT INTO boundary.relay_past_ids (deployment_id, customer_id, environment_id, id)
     SELECT $1, $2, environment_id, id FROM gone WHERE seq = ANY($4::bigint[])
     ON CONFLICT DO NOTHING`,
    [side.deploymentId, side.customerId, rows.map(({ seq }) => seq), had],
  );
}

/** One gap for each environment and reason. A gap that is itself lost is part of the one that tells of it. */
async function gapsOf(
  client: PoolClient,
  { deploymentId }: Side,
  leaving: ReadonlyMap<Row, GapReason>,
  lost: readonly Row[],
): Promise<Gap[]> {
  const { rows: inner } = await client.query<{
    event_id: string;
    from_at: Date;
    to_at: Date;
    count: string | null;
  }>(
    `SELECT event_id, from_at, to_at, count FROM boundary.relay_gaps WHERE deployment_id = $1 AND event_id = ANY($2)`,
    [deploymentId, lost.filter(({ event }) => event === GAP_EVENT).map(({ id }) => id)],
  );
  const gaps = new Map<string, Gap>();
  for (const row of lost) {
    const reason = leaving.get(row) ?? "buffer_full";
    const lostGap = inner.find(({ event_id }) => event_id === row.id);
    const part = lostGap
      ? {
          from: lostGap.from_at,
          to: lostGap.to_at,
          count: lostGap.count === null ? null : Number(lostGap.count),
        }
      : { from: row.created_at, to: row.created_at, count: 1 };
    const key = `${row.environment_id} ${reason}`;
    const known = gaps.get(key);
    gaps.set(key, {
      id: known?.id ?? newId("gap"),
      environmentId: row.environment_id,
      sourceId: null,
      from: known && known.from < part.from ? known.from : part.from,
      to: known && known.to > part.to ? known.to : part.to,
      count: known
        ? known.count === null || part.count === null
          ? null
          : known.count + part.count
        : part.count,
      reason,
    });
  }
  return [...gaps.values()];
}

/** Longer than any API keeps events, and than a file is carried about. */
const IDS_KEPT_DAYS = 120;

/** Forgets the ids of what left the buffer long ago. */
export async function forgetPastIds(pool: Pool, { deploymentId }: Side): Promise<void> {
  await pool.query(
    `DELETE FROM boundary.relay_past_ids WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM boundary.relay_past_ids
       WHERE deployment_id = $1 AND left_at < now() - make_interval(days => $2) LIMIT 10000))`,
    [deploymentId, IDS_KEPT_DAYS],
  );
}

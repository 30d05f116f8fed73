import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";
import { carriedReport } from "../carried/standing.ts";

/** How the pull side stands: what is reported, and what figures are made of. */
export interface Standing {
  readonly report: Required<Pick<GatewayReport, "sources" | "buffer" | "gaps" | "errands" | "carried">>;
  readonly cursors: readonly CursorRow[];
}

interface CursorRow {
  readonly source_id: string;
  readonly environment_id: string;
  readonly after: string | null;
  readonly last_event_at: Date | null;
  readonly last_pulled_at: Date | null;
  readonly caught_up_at: Date | null;
  readonly problem: string | null;
  readonly failures: number;
}

const GAPS_MAX = 100;

export async function standingOf(
  pool: Pool,
  side: Side,
  { sources, errands }: Pick<GatewayConfiguration, "sources" | "errands">,
): Promise<Standing> {
  const [cursors, buffer, gaps, carried, done] = await Promise.all([
    cursorsOf(
      pool,
      side,
      sources.map((source) => source.environment_id),
    ),
    bufferOf(pool, side),
    gapsOf(pool, side),
    carriedReport(pool, side),
    errandsOf(
      pool,
      side,
      errands.filter(({ kind }) => kind === "backfill").map(({ id }) => id),
    ),
  ]);
  return {
    cursors,
    report: {
      sources: cursors.map((row) => ({
        id: row.source_id,
        cursor: row.after,
        last_event_at: iso(row.last_event_at),
        last_pulled_at: iso(row.last_pulled_at),
        caught_up_at: iso(row.caught_up_at),
        problem: row.problem,
      })),
      buffer,
      gaps,
      carried,
      errands: done,
    },
  };
}

async function cursorsOf(pool: Pool, { deploymentId }: Side, environmentIds: string[]): Promise<CursorRow[]> {
  const { rows } = await pool.query<CursorRow>(
    `SELECT source_id, environment_id, after, last_event_at, last_pulled_at, caught_up_at, problem, failures
     FROM boundary.relay_cursors WHERE deployment_id = $1 AND environment_id = ANY($2) ORDER BY environment_id`,
    [deploymentId, environmentIds],
  );
  return rows;
}

async function bufferOf(pool: Pool, { deploymentId }: Side): Promise<Standing["report"]["buffer"]> {
  const { rows } = await pool.query<{ events: string; bytes: string; oldest_at: Date | null }>(
    `SELECT events, bytes, (SELECT received_at FROM boundary.relay_events WHERE deployment_id = $1 ORDER BY seq LIMIT 1) AS oldest_at
     FROM boundary.relay_buffers WHERE deployment_id = $1`,
    [deploymentId],
  );
  const [row] = rows;
  return {
    events: Number(row?.events ?? 0),
    bytes: Number(row?.bytes ?? 0),
    oldest_at: iso(row?.oldest_at ?? null),
  };
}

async function gapsOf(pool: Pool, { deploymentId }: Side): Promise<Standing["report"]["gaps"]> {
  const { rows } = await pool.query<{
    id: string;
    source_id: string | null;
    environment_id: string;
    from_at: Date;
    to_at: Date;
    count: string | null;
    reason: string;
  }>(
    `SELECT id, source_id, environment_id, from_at, to_at, count, reason FROM boundary.relay_gaps
     WHERE deployment_id = $1 ORDER BY created_at DESC LIMIT $2`,
    [deploymentId, GAPS_MAX],
  );
  return rows.map((row) => ({
    id: row.id,
    source_id: row.source_id,
    environment_id: row.environment_id,
    from: row.from_at.toISOString(),
    to: row.to_at.toISOString(),
    count: row.count === null ? null : Number(row.count),
    reason: row.reason,
  }));
}

async function errandsOf(
  pool: Pool,
  { deploymentId }: Side,
  ids: string[],
): Promise<Standing["report"]["errands"]> {
  const { rows } = await pool.query<{ id: string; done: boolean; problem: string | null }>(
    `SELECT id, done_at IS NOT NULL AS done, problem FROM boundary.relay_errands WHERE deployment_id = $1 AND id = ANY($2)`,
    [deploymentId, ids],
  );
  return rows;
}

/**
 * Figures in Prometheus's text format. Lag is how long ago a pull found nothing more; while there is more, how old the last event
 * is that was pulled.
 */
export function metricsOf({ report, cursors }: Standing, now: Date): string[] {
  const lines = [
    `sallyport_gateway_relay_buffer_events ${report.buffer.events}`,
    `sallyport_gateway_relay_buffer_bytes ${report.buffer.bytes}`,
  ];
  for (const cursor of cursors) {
    const labels = `{environment="${cursor.environment_id.replace(/["\\\n]/g, "_")}"}`;
    const known = cursor.caught_up_at ?? cursor.last_event_at;
    if (known) lines.push(`sallyport_gateway_relay_pull_lag_seconds${labels} ${since(known, now)}`);
    if (cursor.last_event_at)
      lines.push(
        `sallyport_gateway_relay_last_event_timestamp_seconds${labels} ${cursor.last_event_at.getTime() / 1_000}`,
      );
    lines.push(`sallyport_gateway_relay_pull_failures${labels} ${cursor.failures}`);
  }
  return lines;
}

function since(then: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - then.getTime()) / 1_000));
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}

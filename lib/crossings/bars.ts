import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { visibleSql } from "#lib/platform/sql.ts";
import type { CrossingOutcome } from "#lib/shared/gateway/crossing.ts";
import { counted, READ_MAX } from "./counts.ts";
import { bucketsOf } from "./histogram.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { CrossingQuery } from "./schema.ts";
import type { CrossingScope } from "./where.ts";

/** What began within one step from `from` on, by how it came out. */
export interface Bar {
  from: Date;
  passed: number;
  refused: number;
  failed: number;
}

export interface Histogram {
  stepMs: number;
  /** Without a hole, the oldest first; none where nothing ever crossed. */
  bars: Bar[];
  /** Where only the newest so many were read, how many that is. */
  readMax: number | null;
}

export async function drawBars(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
  now: Date,
): Promise<Histogram> {
  const reach = await reachOf(tx, actor, query, scope);
  const since = query.since ?? (await firstMoment(tx, actor, reach));
  const until = query.until ?? now;
  if (!since || since >= until) return { stepMs: 0, bars: [], readMax: null };
  const { from, stepMs, tier } = bucketsOf(since, until);
  const found = await tx.$queryRaw<{ at: Date; outcome: CrossingOutcome; count: number }[]>(Prisma.sql`
    WITH pieces AS (${counted(actor, reach, { ...query, since, until }, tier, "chosen")})
    SELECT date_bin(${`${stepMs} milliseconds`}::interval, at, ${from}::timestamptz) AS at, outcome,
      sum(count)::float8 AS count
    FROM pieces GROUP BY 1, 2`);
  const bars = Array.from({ length: Math.ceil((until.getTime() - from.getTime()) / stepMs) }, (_, index) => ({
    from: new Date(from.getTime() + index * stepMs),
    ...{ passed: 0, refused: 0, failed: 0 },
  }));
  let read = 0;
  for (const { at, outcome, count } of found) {
    read += count;
    const bar = bars[Math.round((at.getTime() - from.getTime()) / stepMs)];
    if (bar) bar[outcome === "refused" || outcome === "failed" ? outcome : "passed"] += count;
  }
  return { stepMs, bars, readMax: read === READ_MAX ? READ_MAX : null };
}

/** When the first of the crossings in sight that are still kept began, to the day. */
async function firstMoment(tx: Tx, actor: Actor, { deployments }: Reach): Promise<Date | null> {
  const here = deployments ? Prisma.sql`AND deployment_id = ANY(${[...deployments]}::text[])` : Prisma.empty;
  const [found] = await tx.$queryRaw<{ at: Date | null }[]>(Prisma.sql`
    SELECT min(at) AS at FROM boundary.crossing_days WHERE ${visibleSql(actor, Prisma.sql`customer_id`)} ${here}`);
  return found?.at ?? null;
}

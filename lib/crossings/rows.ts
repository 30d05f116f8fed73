import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { counted } from "./counts.ts";
import { placeOf, type Stretch } from "./place.ts";
import type { CrossingQuery } from "./schema.ts";
import { between, type CrossingScope, dimensionsWhere, needsRows, scopeWhere } from "./where.ts";

/** Where the counts cannot answer it is counted up to here; beyond it a list says "10,000+". */
export const COUNTED_MAX = 10_000;

export interface Found {
  refs: { beganAt: Date; id: string }[];
  total: number;
  more: boolean;
}

/** One page of what fits, and how many fit. `refused` puts what was refused before all else. */
export async function findCrossings(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
): Promise<Found> {
  const { skip, take } = pageBounds(query);
  const look = (wanted: CrossingQuery, from: number, limit: number) =>
    needsRows(wanted)
      ? findAmongRows(tx, actor, wanted, scope, from, limit)
      : findByCounts(tx, actor, wanted, scope, from, limit);
  if (query.sort === "time") return await look(query, skip, take);
  const [refused, others] = partsOf(query);
  const first = refused ? await look(refused, skip, take) : NOTHING;
  const left = take - first.refs.length;
  const second = others ? await look(others, Math.max(0, skip - first.total), left) : NOTHING;
  return {
    refs: [...first.refs, ...second.refs],
    total: first.total + second.total,
    more: first.more || second.more,
  };
}

const NOTHING: Found = { refs: [], total: 0, more: false };
const OTHERS = ["open", "allowed", "failed"];

function partsOf(query: CrossingQuery): [CrossingQuery | null, CrossingQuery | null] {
  const chosen = query.filters.outcome;
  const part = (outcome: string[]) =>
    outcome.length === 0 ? null : { ...query, filters: { ...query.filters, outcome } };
  if (chosen.length === 0) return [part(["refused"]), part(OTHERS)];
  return [
    part(chosen.filter((outcome) => outcome === "refused")),
    part(chosen.filter((outcome) => outcome !== "refused")),
  ];
}

/** The counts say in which days, and in which of their hours, the page lies: only those crossings are read. */
async function findByCounts(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
  skip: number,
  take: number,
): Promise<Found> {
  const days = await stretches(tx, actor, query, scope, "days");
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const nothing = { refs: [], total, more: false };
  const inDays = placeOf(days, skip, take);
  if (take === 0 || inDays.at.length === 0) return nothing;
  const hours = await stretches(tx, actor, within(query, inDays.at), scope, "hours", inDays.at);
  const place = placeOf(hours, inDays.skip, take);
  if (place.at.length === 0) return nothing;
  const order = query.direction === "asc" ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const refs = await tx.$queryRaw<Found["refs"]>(Prisma.sql`
    SELECT found.began_at AS "beganAt", found.id
    FROM unnest(${place.at}::timestamptz[]) hour, LATERAL (
      SELECT c.began_at, c.id FROM boundary.crossings c
      WHERE c.began_at >= hour AND c.began_at < hour + interval '1 hour'
        AND ${between(Prisma.sql`c.began_at`, { from: query.since, until: query.until })}
        AND ${scopeWhere(actor, scope, query, "rows")} AND ${dimensionsWhere(query, "rows")}
      ORDER BY c.began_at ${order}, c.id ${order} LIMIT ${place.skip + take}
    ) found
    ORDER BY found.began_at ${order}, found.id ${order} LIMIT ${take} OFFSET ${place.skip}`);
  return { refs, total, more: false };
}

async function stretches(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
  tier: "hours" | "days",
  only?: readonly Date[],
): Promise<Stretch[]> {
  const unit = tier === "days" ? "day" : "hour";
  const order = query.direction === "asc" ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const days = only
    ? Prisma.sql`WHERE date_trunc('day', at, 'UTC') = ANY(${[...only]}::timestamptz[])`
    : Prisma.empty;
  return await tx.$queryRaw<Stretch[]>(Prisma.sql`
    WITH pieces AS (${counted(actor, scope, query, tier, "chosen")})
    SELECT date_trunc(${unit}, at, 'UTC') AS at, sum(count)::float8 AS count FROM pieces ${days}
    GROUP BY 1 HAVING sum(count) > 0 ORDER BY 1 ${order}`);
}

/** The query from the first to the last of these days, and no further than it went. */
function within(query: CrossingQuery, days: readonly Date[]): CrossingQuery {
  const times = days.map((day) => day.getTime());
  const first = new Date(Math.min(...times));
  const last = new Date(Math.max(...times) + DAY_MS);
  return {
    ...query,
    since: query.since && query.since > first ? query.since : first,
    until: query.until && query.until < last ? query.until : last,
  };
}

/** Counts up to the bound and, where that holds all there is, cuts the page out of what was counted. */
async function findAmongRows(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
  skip: number,
  take: number,
): Promise<Found> {
  const where = Prisma.sql`${scopeWhere(actor, scope, query, "rows")} AND ${dimensionsWhere(query, "rows")}
    AND ${between(Prisma.sql`c.began_at`, { from: query.since, until: query.until })}`;
  const order = query.direction === "asc" ? Prisma.sql`began_at, id` : Prisma.sql`began_at DESC, id DESC`;
  const [found] = await tx.$queryRaw<{ total: number; refs: [string, string][] }[]>(Prisma.sql`
    WITH found AS MATERIALIZED (
      SELECT c.began_at, c.id FROM boundary.crossings c WHERE ${where} LIMIT ${COUNTED_MAX + 1}
    )
    SELECT (SELECT count(*)::int FROM found) AS total,
      coalesce((SELECT jsonb_agg(jsonb_build_array(began_at, id)) FROM (
        SELECT began_at, id FROM found ORDER BY ${order} LIMIT ${take} OFFSET ${skip}) page), '[]') AS refs`);
  const total = found?.total ?? 0;
  if (total <= COUNTED_MAX) {
    const refs = (found?.refs ?? []).map(([beganAt, id]) => ({ beganAt: new Date(beganAt), id }));
    return { refs, total, more: false };
  }
  if (skip >= COUNTED_MAX) return { refs: [], total: COUNTED_MAX, more: true };
  const refs = await tx.$queryRaw<Found["refs"]>(Prisma.sql`
    SELECT c.began_at AS "beganAt", c.id FROM boundary.crossings c WHERE ${where} ORDER BY ${order} LIMIT ${take} OFFSET ${skip}`);
  return { refs, total: COUNTED_MAX, more: true };
}

import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { counted } from "./counts.ts";
import { placeOf, type Stretch } from "./place.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { CrossingQuery } from "./schema.ts";
import { DIMENSIONS } from "./shape.ts";
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
  const reach = await reachOf(tx, actor, query, scope);
  const look = (wanted: CrossingQuery, from: number, limit: number) =>
    needsRows(wanted)
      ? findAmongRows(tx, actor, wanted, reach, from, limit)
      : findByCounts(tx, actor, wanted, reach, from, limit);
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
  reach: Reach,
  skip: number,
  take: number,
): Promise<Found> {
  const days = await stretches(tx, actor, query, reach, "days");
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const nothing = { refs: [], total, more: false };
  const inDays = placeOf(days, skip, take);
  if (take === 0 || inDays.at.length === 0) return nothing;
  const found = (where: Places, before: number) => readPlaces(tx, actor, query, reach, where, before, take);
  if (isFoundByDay(query, reach, days, inDays, take)) {
    const wholeDays = { ...EVERYWHERE, at: inDays.at, lengthMs: DAY_MS };
    return { refs: await found(wholeDays, inDays.skip), total, more: false };
  }
  const hours = await stretches(tx, actor, within(query, inDays.at, DAY_MS), reach, "hours", inDays.at);
  const place = placeOf(hours, inDays.skip, take);
  if (place.at.length === 0) return nothing;
  return { refs: await found(await placesOf(tx, query, reach, place.at), place.skip), total, more: false };
}

/** A page is found by reading a day until it is full where so many times as many of that day fit. */
const SPARSE = 20;
/** What of one deployment comes before a page is passed over in its index. */
const PASSED_MAX = 1_000;

/** Whether the hours need not be counted: reading the days passes over little else. */
function isFoundByDay(
  query: CrossingQuery,
  { deployments }: Reach,
  days: readonly Stretch[],
  { at, skip }: { at: readonly Date[]; skip: number },
  take: number,
): boolean {
  const everything =
    query.search === "" && DIMENSIONS.every((dimension) => query.filters[dimension].length === 0);
  if (everything && deployments?.length === 1) return skip <= PASSED_MAX;
  const first = days.find((day) => day.at === at[0]);
  return first !== undefined && first.count >= SPARSE * (skip + take);
}

/** Stretches of time, of all deployments or each of one. */
interface Places {
  at: readonly Date[];
  lengthMs: number;
  deployments: readonly string[] | null;
}

const EVERYWHERE = { deployments: null };

async function readPlaces(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  reach: Reach,
  { at, lengthMs, deployments }: Places,
  skip: number,
  take: number,
): Promise<Found["refs"]> {
  const order = query.direction === "asc" ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const { since, until } = within(query, at, lengthMs);
  const [places, here] = deployments
    ? [
        Prisma.sql`unnest(${[...at]}::timestamptz[], ${[...deployments]}::text[]) AS place(at, deployment_id)`,
        Prisma.sql`c.deployment_id = place.deployment_id`,
      ]
    : [Prisma.sql`unnest(${[...at]}::timestamptz[]) AS place(at)`, Prisma.sql`TRUE`];
  return await tx.$queryRaw<Found["refs"]>(Prisma.sql`
    SELECT found.began_at AS "beganAt", found.id
    FROM ${places}, LATERAL (
      SELECT c.began_at, c.id FROM boundary.crossings c
      WHERE c.began_at >= place.at AND c.began_at < place.at + ${`${lengthMs} milliseconds`}::interval
        AND ${here} AND ${between(Prisma.sql`c.began_at`, { from: since, until })}
        AND ${scopeWhere(actor, reach, query, "rows")} AND ${dimensionsWhere(query, "rows")}
      ORDER BY c.began_at ${order}, c.id ${order} LIMIT ${skip + take}
    ) found
    ORDER BY found.began_at ${order}, found.id ${order} LIMIT ${take} OFFSET ${skip}`);
}

/** So many places of single deployments are read each by itself; where there are more, an hour is read until the page is full. */
const PLACES_MAX = 200;

/** Which hours, and where a peer is rare, of which deployments: an hour of a vendor's has tens of thousands of crossings. */
async function placesOf(
  tx: Tx,
  query: CrossingQuery,
  { together, peers, besides }: Reach,
  hours: readonly Date[],
): Promise<Places> {
  const everywhere = { ...EVERYWHERE, at: hours, lengthMs: HOUR_MS };
  if (!together || !peers || besides) return everywhere;
  const found = await tx.$queryRaw<{ deploymentId: string; at: Date }[]>(Prisma.sql`
    SELECT DISTINCT c.deployment_id AS "deploymentId", c.at FROM boundary.crossing_hours c
    WHERE ${peers} AND c.at = ANY(${[...hours]}::timestamptz[]) AND ${dimensionsWhere(query, "counts")} LIMIT ${PLACES_MAX + 1}`);
  if (found.length > PLACES_MAX) return everywhere;
  return {
    at: found.map(({ at }) => at),
    lengthMs: HOUR_MS,
    deployments: found.map(({ deploymentId }) => deploymentId),
  };
}

async function stretches(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  reach: Reach,
  tier: "hours" | "days",
  only?: readonly Date[],
): Promise<Stretch[]> {
  const unit = tier === "days" ? "day" : "hour";
  const order = query.direction === "asc" ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const days = only
    ? Prisma.sql`WHERE date_trunc('day', at, 'UTC') = ANY(${[...only]}::timestamptz[])`
    : Prisma.empty;
  return await tx.$queryRaw<Stretch[]>(Prisma.sql`
    WITH pieces AS (${counted(actor, reach, query, tier, "chosen")})
    SELECT date_trunc(${unit}, at, 'UTC') AS at, sum(count)::float8 AS count FROM pieces ${days}
    GROUP BY 1 HAVING sum(count) > 0 ORDER BY 1 ${order}`);
}

/** The query from the first to the last of these days or hours, and no further than it went. */
function within(query: CrossingQuery, stretches: readonly Date[], lengthMs: number): CrossingQuery {
  const times = stretches.map((begin) => begin.getTime());
  const first = new Date(Math.min(...times));
  const last = new Date(Math.max(...times) + lengthMs);
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
  reach: Reach,
  skip: number,
  take: number,
): Promise<Found> {
  const where = Prisma.sql`${scopeWhere(actor, reach, query, "rows")} AND ${dimensionsWhere(query, "rows")}
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

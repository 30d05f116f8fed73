import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { allOf } from "#lib/platform/sql.ts";
import { besidesPeer, type Reach } from "./reach.ts";
import type { CrossingQuery } from "./schema.ts";
import { type Segment, segmentsOf, type Tier } from "./segments.ts";
import { between, column, dimensionsWhere, needsRows, type Source, scopeWhere, searched } from "./where.ts";

const COUNTS = {
  hours: Prisma.sql`boundary.crossing_hours`,
  days: Prisma.sql`boundary.crossing_days`,
} as const;

/** Of crossings that are not counted ahead, so many of the newest are; a screen says so where there are more. */
export const READ_MAX = 100_000;

/**
 * The crossings of a query, counted: rows of `at`, the dimensions and `count`, as a `WITH` item's body. From counts where they can
 * answer, exactly and for any time; else from the newest `READ_MAX` crossings that fit.
 */
export function counted(
  actor: Actor,
  reach: Reach,
  query: CrossingQuery,
  coarsest: Tier,
  dimensions: "chosen" | "all",
): Prisma.Sql {
  const where = (source: Source) => chosen(query, source, dimensions);
  if (needsRows(query)) {
    const asked = { from: query.since, until: query.until };
    return Prisma.sql`${rowsIn(actor, reach, query, asked)} AND ${where("rows")} ORDER BY c.began_at DESC LIMIT ${READ_MAX}`;
  }
  return union(
    segmentsOf(query.since, query.until, coarsest).flatMap((segment) => {
      if (segment.tier === "rows")
        return [Prisma.sql`${rowsIn(actor, reach, query, segment)} AND ${where("rows")}`];
      if (reach.together)
        return countsTogether(reach, query, segment).map(
          (piece) => Prisma.sql`${piece} AND ${where("counts")}`,
        );
      return [Prisma.sql`${countsIn(actor, reach, query, segment)} AND ${where("counts")}`];
    }),
  );
}

/**
 * So many of the newest counts of single deployments, whatever their dimensions and what is searched for besides peers. They say what is
 * known of each deployment only, where it is asked of all: a vendor has millions of them.
 */
export function newestCounts(actor: Actor, reach: Reach, query: CrossingQuery, max: number): Prisma.Sql {
  const byPeer = reach.peers && !reach.besides ? Prisma.sql`AND ${reach.peers}` : Prisma.empty;
  const all = { ...query, search: "" };
  const pieces = segmentsOf(query.since, query.until, "hours").map((segment) =>
    segment.tier === "rows"
      ? Prisma.sql`SELECT * FROM (${rowsIn(actor, reach, all, segment)} ORDER BY c.began_at DESC LIMIT ${max}) c WHERE TRUE ${byPeer}`
      : Prisma.sql`${countsIn(actor, reach, all, segment)} ${byPeer} ORDER BY c.at DESC LIMIT ${max}`,
  );
  return Prisma.sql`SELECT * FROM (${union(pieces)}) c ORDER BY c.at DESC LIMIT ${max}`;
}

function chosen(query: CrossingQuery, source: Source, dimensions: "chosen" | "all"): Prisma.Sql {
  return dimensions === "chosen" ? dimensionsWhere(query, source) : Prisma.sql`TRUE`;
}

type Stretch = Pick<Segment, "from" | "until">;

function rowsIn(actor: Actor, reach: Reach, query: CrossingQuery, stretch: Stretch): Prisma.Sql {
  return Prisma.sql`
    SELECT c.began_at AS at, c.customer_id, c.outcome, c.direction, c.kind, ${column("rows", "reason")} AS reason,
      ${column("rows", "rule")} AS rule_id, ${column("rows", "client")} AS client, ${column("rows", "peer")} AS peer,
      ${column("rows", "environment")} AS environment_id, 1::bigint AS count
    FROM boundary.crossings c
    WHERE ${scopeWhere(actor, reach, query, "rows")} AND ${between(Prisma.sql`c.began_at`, stretch)}`;
}

function countsIn(actor: Actor, reach: Reach, query: CrossingQuery, segment: Segment): Prisma.Sql {
  return Prisma.sql`
    SELECT c.at, c.customer_id, c.outcome, c.direction, c.kind, c.reason, c.rule_id, c.client, c.peer, c.environment_id, c.count
    FROM ${segment.tier === "days" ? COUNTS.days : COUNTS.hours} c
    WHERE ${scopeWhere(actor, reach, query, "counts")} AND ${between(Prisma.sql`c.at`, segment)}`;
}

/**
 * What all deployments have together is counted without the peer, and by day for each peer. A search finds what it finds besides the
 * peer in the one, and the rest in the other; a peer's hours are in the counts of its deployments.
 */
function countsTogether(reach: Reach, query: CrossingQuery, segment: Segment): Prisma.Sql[] {
  const { peers, besides } = reach;
  const at = between(Prisma.sql`c.at`, segment);
  const found = query.search === "" ? Prisma.sql`TRUE` : besidesPeer(query.search);
  const totals = Prisma.sql`
    SELECT c.at, '' AS customer_id, c.outcome, c.direction, c.kind, c.reason, '' AS rule_id, c.client, '' AS peer, '' AS environment_id, c.count
    FROM boundary.crossing_totals c WHERE c.tier = ${segment.tier} AND ${at} AND ${found}`;
  if (!peers) return [totals];
  const table = segment.tier === "days" ? Prisma.sql`boundary.crossing_peers` : COUNTS.hours;
  const text = searched(query.search, "counts");
  const rest = besides ? Prisma.sql`AND NOT (${found})` : Prisma.empty;
  const named = Prisma.sql`
    SELECT c.at, '' AS customer_id, c.outcome, c.direction, c.kind, c.reason, '' AS rule_id, c.client, c.peer, '' AS environment_id, c.count
    FROM ${table} c WHERE ${peers} AND ${at} AND ${allOf(text)} ${rest}`;
  return besides ? [totals, named] : [named];
}

function union(pieces: readonly Prisma.Sql[]): Prisma.Sql {
  // Nothing lies in a stretch that ends before it begins.
  const nothing = Prisma.sql`
    SELECT c.at, c.customer_id, c.outcome, c.direction, c.kind, c.reason, c.rule_id, c.client, c.peer, c.environment_id, c.count
    FROM boundary.crossing_days c WHERE FALSE`;
  return Prisma.join(
    (pieces.length === 0 ? [nothing] : pieces).map((piece) => Prisma.sql`(${piece})`),
    " UNION ALL ",
  );
}

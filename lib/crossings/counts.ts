import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import type { CrossingQuery } from "./schema.ts";
import { type Segment, segmentsOf, type Tier } from "./segments.ts";
import { between, type CrossingScope, column, dimensionsWhere, needsRows, scopeWhere } from "./where.ts";

const COUNTS = {
  hours: Prisma.sql`boundary.crossing_hours`,
  days: Prisma.sql`boundary.crossing_days`,
} as const;

/** Of crossings that are not counted ahead, so many of the newest are; a screen says so where there are more. */
export const READ_MAX = 100_000;

/**
 * The crossings of a query, counted: rows of `at`, the dimensions, `count` and bytes, as a `WITH` item's body. From counts
 * where they can answer, exactly and for any time; else from the newest `READ_MAX` crossings that fit.
 */
export function counted(
  actor: Actor,
  scope: CrossingScope,
  query: CrossingQuery,
  coarsest: Tier,
  dimensions: "chosen" | "all",
): Prisma.Sql {
  const asked = { from: query.since, until: query.until };
  const chosen = (source: "rows" | "counts") =>
    dimensions === "chosen" ? dimensionsWhere(query, source) : Prisma.sql`TRUE`;
  const rows = (segment: Pick<Segment, "from" | "until">) => Prisma.sql`
    SELECT c.began_at AS at, c.deployment_id, c.outcome, c.direction, c.kind, ${column("rows", "reason")} AS reason,
      ${column("rows", "rule")} AS rule_id, ${column("rows", "client")} AS client, ${column("rows", "peer")} AS peer,
      ${column("rows", "environment")} AS environment_id, 1::bigint AS count, c.bytes_in, c.bytes_out
    FROM boundary.crossings c
    WHERE ${scopeWhere(actor, scope, query, "rows")} AND ${chosen("rows")} AND ${between(Prisma.sql`c.began_at`, segment)}`;
  if (needsRows(query)) return Prisma.sql`${rows(asked)} ORDER BY c.began_at DESC LIMIT ${READ_MAX}`;
  const together = dimensions === "chosen" && isOfAll(actor, scope, query);
  const pieces = segmentsOf(query.since, query.until, coarsest).map((segment) =>
    segment.tier === "rows"
      ? rows(segment)
      : together
        ? Prisma.sql`
    SELECT c.at, '' AS deployment_id, c.outcome, c.direction, c.kind, '' AS reason, '' AS rule_id, '' AS client, '' AS peer,
      '' AS environment_id, c.count, c.bytes_in, c.bytes_out
    FROM boundary.crossing_totals c
    WHERE c.tier = ${segment.tier} AND ${chosen("counts")} AND ${between(Prisma.sql`c.at`, segment)}`
        : Prisma.sql`
    SELECT c.at, c.deployment_id, c.outcome, c.direction, c.kind, c.reason, c.rule_id, c.client, c.peer, c.environment_id,
      c.count, c.bytes_in, c.bytes_out
    FROM ${COUNTS[segment.tier]} c
    WHERE ${scopeWhere(actor, scope, query, "counts")} AND ${chosen("counts")} AND ${between(Prisma.sql`c.at`, segment)}`,
  );
  if (pieces.length === 0) return Prisma.sql`${rows(asked)} AND FALSE`;
  return Prisma.join(
    pieces.map((piece) => Prisma.sql`(${piece})`),
    " UNION ALL ",
  );
}

const TOGETHER: readonly string[] = ["outcome", "direction", "kind", "address", "port", "since", "until"];

/** Whether it is asked of everybody together, and of nothing that is not counted so: then a few rows answer for millions. */
function isOfAll(actor: Actor, scope: CrossingScope, { search, filters }: CrossingQuery): boolean {
  return (
    actor.customers === "all" &&
    scope.deploymentId === undefined &&
    search === "" &&
    Object.entries(filters).every(([name, values]) => values.length === 0 || TOGETHER.includes(name))
  );
}

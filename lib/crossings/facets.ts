import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { trafficText } from "#lib/allowlist/policy.ts";
import { loadNewestSets } from "#lib/allowlist/sets/load.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { counted } from "./counts.ts";
import type { CrossingQuery } from "./schema.ts";
import { DIMENSIONS, type Dimension, NONE } from "./shape.ts";
import { type CrossingScope, column, dimensionsWhere } from "./where.ts";

export interface FacetValue {
  value: string;
  /** What people call it; null where the screen has a word for it. */
  label: string | null;
  count: number;
}

/** For each dimension the most frequent values, the most frequent first. */
export type Facets = Record<Dimension, FacetValue[]>;

const VALUES_MAX = 20;

/** All of them from one reading: what differs only in what is not asked for is put together first. */
export async function facetsOf(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
): Promise<Facets> {
  const columns = Prisma.join(DIMENSIONS.map((dimension) => column("counts", dimension)));
  const each = DIMENSIONS.map((dimension) => {
    const value = column("counts", dimension);
    return Prisma.sql`(SELECT ${dimension} AS dimension, ${value} AS value, sum(c.count)::float8 AS count
      FROM combined c WHERE ${dimensionsWhere(query, "counts", dimension)}
      GROUP BY ${value} HAVING sum(c.count) > 0 ORDER BY 3 DESC, 2 LIMIT ${VALUES_MAX})`;
  });
  const found = await tx.$queryRaw<{ dimension: Dimension; value: string; count: number }[]>(Prisma.sql`
    WITH pieces AS (${counted(actor, scope, query, "days", "all")}),
    combined AS MATERIALIZED (SELECT ${columns}, sum(c.count) AS count FROM pieces c GROUP BY ${columns})
    ${Prisma.join(each, " UNION ALL ")}`);
  const of = (dimension: Dimension) => found.filter((row) => row.dimension === dimension);
  const names = new Map([
    ...(await ruleNames(tx, [...of("rule").map(({ value }) => value), ...query.filters.rule])),
    ...(await environmentNames(tx, [
      ...of("environment").map(({ value }) => value),
      ...query.filters.environment,
    ])),
  ]);
  const values = (dimension: Dimension): FacetValue[] => {
    const seen = of(dimension).map(({ value, count }) => ({ value: value === "" ? NONE : value, count }));
    // What is chosen can be taken back, also where nothing is left of it.
    const chosen = query.filters[dimension].filter((value) => !seen.some((one) => one.value === value));
    return [...seen, ...chosen.map((value) => ({ value, count: 0 }))].map((one) => ({
      ...one,
      label: names.get(one.value) ?? null,
    }));
  };
  return Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, values(dimension)])) as Facets;
}

async function ruleNames(tx: Tx, ids: readonly string[]): Promise<[string, string][]> {
  const wanted = ids.filter(Boolean);
  if (wanted.length === 0) return [];
  const rules = await tx.allowlistRule.findMany({ where: { id: { in: wanted } } });
  const sets = await loadNewestSets(tx);
  return rules.map((rule) => [rule.id, trafficText(rule, sets)]);
}

async function environmentNames(tx: Tx, ids: readonly string[]): Promise<[string, string][]> {
  const wanted = ids.filter(Boolean);
  if (wanted.length === 0) return [];
  const found = await tx.environment.findMany({
    where: { id: { in: wanted } },
    select: { id: true, name: true, deployment: { select: { name: true } } },
  });
  return found.map(({ id, name, deployment }) => [id, `${deployment.name}, ${name}`]);
}

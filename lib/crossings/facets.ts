import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { trafficText } from "#lib/allowlist/policy.ts";
import { loadNewestSets } from "#lib/allowlist/sets/load.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { allOf } from "#lib/platform/sql.ts";
import { counted, newestCounts, READ_MAX } from "./counts.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { CrossingQuery } from "./schema.ts";
import { DIMENSIONS, type Dimension, NONE } from "./shape.ts";
import { type CrossingScope, column, dimensionsWhere, needsRows, searched } from "./where.ts";

export interface FacetValue {
  value: string;
  /** What people call it; null where the screen has a word for it. */
  label: string | null;
  count: number;
}

/** For each dimension the most frequent values, the most frequent first. */
export type Facets = Record<Dimension, FacetValue[]> & {
  /** Which of them say how many there are among the newest crossings only, and how many those are; null: all are exact. */
  newest: { of: readonly Dimension[]; crossings: number } | null;
};

const VALUES_MAX = 20;
/** Of what is known of each deployment only, so many counts are read where it is asked of all deployments. */
const NEWEST_MAX = 5_000;
const OF_ONE_DEPLOYMENT: readonly Dimension[] = ["rule", "peer", "environment"];
const OF_ALL = DIMENSIONS.filter((dimension) => !OF_ONE_DEPLOYMENT.includes(dimension));

interface Source {
  of: readonly Dimension[];
  /** The crossings, counted, as a `WITH` item's body. */
  pieces: Prisma.Sql;
  /** What is not asked of them yet. */
  rest: Prisma.Sql;
  /** With so many counts, or crossings, there may be more. */
  max: number | null;
}

/** Each source is read once: what differs only in what is not asked for is put together first. */
export async function facetsOf(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
): Promise<Facets> {
  const sources = sourcesOf(actor, query, await reachOf(tx, actor, query, scope));
  const items = sources.map(({ of, pieces, rest }, index) => {
    const columns = Prisma.join(DIMENSIONS.map((dimension) => column("counts", dimension)));
    const name = Prisma.raw(`source_${index}`);
    const each = of.map((dimension) => {
      const value = column("counts", dimension);
      return Prisma.sql`(SELECT ${dimension} AS dimension, ${value} AS value, sum(c.count)::float8 AS count
        FROM ${name} c WHERE ${dimensionsWhere(query, "counts", dimension)} AND ${rest}
        GROUP BY ${value} HAVING sum(c.count) > 0 ORDER BY 3 DESC, 2 LIMIT ${VALUES_MAX})`;
    });
    return {
      item: Prisma.sql`${name} AS MATERIALIZED (
        SELECT ${columns}, sum(c.count) AS count, count(*) AS counts FROM (${pieces}) c GROUP BY ${columns})`,
      each: Prisma.sql`${Prisma.join(each, " UNION ALL ")}
        UNION ALL SELECT ${`counts ${index}`}, '', sum(counts)::float8 FROM ${name}
        UNION ALL SELECT ${`crossings ${index}`}, '', sum(count)::float8 FROM ${name}`,
    };
  });
  const found = await tx.$queryRaw<{ dimension: string; value: string; count: number | null }[]>(Prisma.sql`
    WITH ${Prisma.join(items.map(({ item }) => item))} ${Prisma.join(
      items.map(({ each }) => each),
      " UNION ALL ",
    )}`);
  const sum = (name: string, index: number) =>
    found.find(({ dimension }) => dimension === `${name} ${index}`)?.count ?? 0;
  const cut = sources.flatMap(({ of, max }, index) =>
    max !== null && sum("counts", index) >= max ? [{ of, crossings: sum("crossings", index) }] : [],
  );
  const newest =
    cut.length === 0
      ? null
      : {
          of: cut.flatMap(({ of }) => of),
          crossings: Math.min(...cut.map(({ crossings }) => crossings)),
        };
  const of = (dimension: Dimension) =>
    found.flatMap((row) =>
      row.dimension === dimension ? [{ value: row.value, count: row.count ?? 0 }] : [],
    );
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
  const each = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, values(dimension)])) as Record<
    Dimension,
    FacetValue[]
  >;
  return { ...each, newest };
}

function sourcesOf(actor: Actor, query: CrossingQuery, reach: Reach): Source[] {
  const all = { pieces: counted(actor, reach, query, "days", "all"), rest: Prisma.sql`TRUE` };
  if (!reach.together) return [{ ...all, of: DIMENSIONS, max: needsRows(query) ? READ_MAX : null }];
  const newest = (of: readonly Dimension[], wanted: Reach): Source => ({
    of,
    pieces: newestCounts(actor, wanted, query, NEWEST_MAX),
    rest: allOf(searched(query.search, "counts")),
    max: NEWEST_MAX,
  });
  // What else the peer could be is not asked of the peers that are chosen.
  const others = { ...reach, peers: null, besides: true };
  return [
    { ...all, of: OF_ALL, max: null },
    ...(query.filters.peer.length > 0
      ? [newest(["rule", "environment"], reach), newest(["peer"], others)]
      : [newest(OF_ONE_DEPLOYMENT, reach)]),
  ];
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

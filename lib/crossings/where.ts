import "server-only";
import { decodeTime } from "ulid";
import type { Actor } from "#lib/access/actor.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { allOf, visibleSql } from "#lib/platform/sql.ts";
import { addressText } from "#lib/shared/addresses.ts";
import type { CrossingQuery } from "./schema.ts";
import type { Segment } from "./segments.ts";
import { DIMENSIONS, type Dimension, NONE } from "./shape.ts";

/** What part: everything in sight, or one deployment's. */
export interface CrossingScope {
  deploymentId?: string;
}

/** Both in the crossings and in their counts; a count has the empty text where a crossing has nothing. */
const COLUMNS: Record<Dimension, Prisma.Sql> = {
  outcome: Prisma.sql`c.outcome`,
  direction: Prisma.sql`c.direction`,
  kind: Prisma.sql`c.kind`,
  reason: Prisma.sql`c.reason`,
  rule: Prisma.sql`c.rule_id`,
  client: Prisma.sql`c.client`,
  peer: Prisma.sql`c.peer`,
  environment: Prisma.sql`c.environment_id`,
};
const OF_ROWS: Partial<Record<Dimension, Prisma.Sql>> = {
  reason: Prisma.sql`coalesce(c.reason, '')`,
  rule: Prisma.sql`coalesce(c.rule_id, '')`,
  client: Prisma.sql`coalesce(c.client_name, c.client_id, host(c.client_address), '')`,
  peer: Prisma.sql`coalesce(c.peer_name, host(c.peer_address), '')`,
  environment: Prisma.sql`coalesce(c.environment_id, '')`,
};

export type Source = "rows" | "counts";

export function column(source: Source, dimension: Dimension): Prisma.Sql {
  return (source === "rows" ? OF_ROWS[dimension] : undefined) ?? COLUMNS[dimension];
}

/** Whether the counts cannot answer: what is asked for is known of each crossing, and is not counted. */
export function needsRows({ networks, ports, search, problem }: CrossingQuery): boolean {
  return (
    networks.length > 0 || ports.length > 0 || problem !== null || (ID.test(search) && !RULE.test(search))
  );
}

/** All but the time and the dimensions: whose, and what is searched for, over `c`. */
export function scopeWhere(
  actor: Actor,
  { deployments }: { deployments: readonly string[] | null },
  query: CrossingQuery,
  source: Source,
): Prisma.Sql {
  const { customer, deployment } = query.filters;
  return allOf([
    visibleSql(actor, Prisma.sql`c.customer_id`),
    ...(deployments ? [Prisma.sql`c.deployment_id = ANY(${[...deployments]}::text[])`] : []),
    ...among(Prisma.sql`c.customer_id`, customer),
    ...among(Prisma.sql`c.deployment_id`, deployment),
    ...(source === "rows" ? ofRows(query) : []),
    ...searched(query.search, source),
  ]);
}

/** The chosen values of the dimensions; `but` leaves one out, to count what else it could be. */
export function dimensionsWhere(query: CrossingQuery, source: Source, but?: Dimension): Prisma.Sql {
  return allOf(
    DIMENSIONS.flatMap((dimension) =>
      dimension === but
        ? []
        : among(
            column(source, dimension),
            query.filters[dimension].map((value) => (value === NONE ? "" : value)),
          ),
    ),
  );
}

export function between(at: Prisma.Sql, { from, until }: Pick<Segment, "from" | "until">): Prisma.Sql {
  return allOf([
    ...(from ? [Prisma.sql`${at} >= ${from}`] : []),
    ...(until ? [Prisma.sql`${at} < ${until}`] : []),
  ]);
}

function among(expression: Prisma.Sql, values: readonly string[]): Prisma.Sql[] {
  return values.length === 0 ? [] : [Prisma.sql`${expression} = ANY(${[...values]}::text[])`];
}

function ofRows({ networks, ports, problem }: CrossingQuery): Prisma.Sql[] {
  if (problem !== null) return [Prisma.sql`FALSE`];
  // As bounds, which an index serves behind row-level security; the operator for networks is not let before its policy.
  const inside = networks.map(
    ({ family, first, last }) =>
      Prisma.sql`c.peer_address BETWEEN ${addressText(family, first)}::inet AND ${addressText(family, last)}::inet`,
  );
  return [
    ...(inside.length > 0 ? [Prisma.sql`(${Prisma.join(inside, " OR ")})`] : []),
    ...(ports.length > 0 ? [Prisma.sql`c.peer_port = ANY(${ports}::int[])`] : []),
  ];
}

const ID = /^([a-z]+_)+[0-9A-Za-z]{16,}$/;
const RULE = /^rule_[0-9A-Za-z]{16,}$/;
/** How far a crossing's id, which holds a moment, may be from its beginning. */
const NEAR_MS = 3_600_000;

/**
 * A whole id is looked up: a crossing's, a rule's, or of what a crossing is tied to. Otherwise each word must occur in what
 * the list shows.
 */
export function searched(search: string, source: Source): Prisma.Sql[] {
  if (RULE.test(search)) return [Prisma.sql`c.rule_id = ${search}`];
  if (ID.test(search)) {
    const made = madeAt(search);
    if (!made) return [Prisma.sql`c.correlation_id = ${search}`];
    const around = { from: new Date(made - NEAR_MS), until: new Date(made + NEAR_MS) };
    return [Prisma.sql`c.id = ${search} AND ${between(Prisma.sql`c.began_at`, around)}`];
  }
  const text = Prisma.sql`lower((${column(source, "peer")} || ' ' || ${column(source, "client")} || ' '
    || ${column(source, "reason")} || ' ' || c.kind) COLLATE "C")`;
  return wordsOf(search).map((word) => wordIn(text, word));
}

export function wordsOf(search: string): string[] {
  return search.split(/\s+/).filter(Boolean).slice(0, 8);
}

/** That a text, in small letters, holds the word. */
export function wordIn(text: Prisma.Sql, word: string): Prisma.Sql {
  const small = word.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return Prisma.sql`${text} LIKE ${`%${small.replace(/[\\%_]/g, "\\$&")}%`}`;
}

/** Whether a rule's id is searched for, which is counted. */
export function isRule(search: string): boolean {
  return RULE.test(search);
}

/** When a crossing's id was made; null for another's. */
function madeAt(id: string): number | null {
  const moment = /^crs_([0-9A-HJKMNP-TV-Z]{26})$/.exec(id)?.[1];
  return moment === undefined ? null : decodeTime(moment);
}

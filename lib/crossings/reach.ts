import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import type { CrossingQuery } from "./schema.ts";
import { NONE } from "./shape.ts";
import { type CrossingScope, isRule, needsRows, wordIn, wordsOf } from "./where.ts";

/** Where the crossings that are asked for can be, found out before any is counted. */
export interface Reach {
  /** The deployments whose crossings are meant; null: everybody's. */
  deployments: readonly string[] | null;
  /** Whether it is asked of everybody together, and of nothing that is only known of each deployment. */
  together: boolean;
  /** The peers that are meant, as a condition on `c.peer`; null where it is not asked by peer. */
  peers: Prisma.Sql | null;
  /** Whether what is searched for may also be found in something else than the peer. */
  besides: boolean;
}

/** So many names are handed to the counts; where more fit, the counts are joined with the names. */
const NAMES_MAX = 2_000;

export async function reachOf(
  tx: Tx,
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
): Promise<Reach> {
  const deployments = await deploymentsOf(tx, actor, query, scope);
  const { rule, environment, peer } = query.filters;
  const together =
    actor.customers === "all" &&
    deployments === null &&
    rule.length === 0 &&
    environment.length === 0 &&
    !peer.includes(NONE) &&
    !isRule(query.search) &&
    !needsRows(query);
  const anything = { deployments, together, peers: null, besides: true };
  if (!together) return anything;
  if (peer.length > 0)
    return { ...anything, peers: Prisma.sql`c.peer = ANY(${peer}::text[])`, besides: false };
  return query.search === "" ? anything : { ...anything, ...(await searched(tx, query)) };
}

/** A deployment's crossings are found by the first column of its table and of its counts; so are a customer's, a rule's, an environment's. */
export async function deploymentsOf(
  tx: Tx,
  actor: Actor,
  { search, filters }: CrossingQuery,
  scope: CrossingScope,
): Promise<readonly string[] | null> {
  if (scope.deploymentId) return [scope.deploymentId];
  if (filters.deployment.length > 0) return filters.deployment;
  const customers = actor.customers === "all" ? filters.customer : [...actor.customers];
  const rules = isRule(search) ? [search] : filters.rule;
  if (actor.customers !== "all" || customers.length > 0) {
    const found = await tx.$queryRaw<{ id: string }[]>`
      SELECT deployment_id AS id FROM boundary.rule_uses WHERE rule_id = '' AND customer_id = ANY(${customers}::text[])`;
    return found.map(({ id }) => id);
  }
  const asked = rules.length > 0 ? rules : filters.environment;
  if (asked.length === 0) return null;
  const named = { where: { id: { in: asked } }, select: { deploymentId: true } };
  const known = await (rules.length > 0 ? tx.allowlistRule.findMany(named) : tx.environment.findMany(named));
  // One that is not known any more may have crossings of anybody.
  if (known.length < asked.length) return null;
  return [...new Set(known.map(({ deploymentId }) => deploymentId))];
}

async function searched(tx: Tx, query: CrossingQuery): Promise<Pick<Reach, "peers" | "besides">> {
  const words = wordsOf(query.search);
  const fits = Prisma.join(
    words.map((word) => wordIn(Prisma.sql`lower(n.name)`, word)),
    " OR ",
  );
  const noAddress = words.some((word) => /^[0-9a-f.:]+$/i.test(word))
    ? Prisma.empty
    : Prisma.sql`AND NOT n.like_an_address`;
  const since = query.since
    ? Prisma.sql`AND n.last_at >= date_trunc('day', ${query.since}::timestamptz, 'UTC')`
    : Prisma.empty;
  const names = Prisma.sql`SELECT n.name FROM boundary.peer_names n WHERE (${fits}) ${noAddress} ${since}`;
  const found = await tx.$queryRaw<{ name: string }[]>`${names} LIMIT ${NAMES_MAX + 1}`;
  const [others] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT FROM boundary.crossing_totals c WHERE c.tier = 'days' AND ${besidesPeer(query.search)}) AS found`;
  return {
    besides: others?.found ?? true,
    peers:
      found.length > NAMES_MAX
        ? Prisma.sql`c.peer IN (${names})`
        : Prisma.sql`c.peer = ANY(${found.map(({ name }) => name)}::text[])`,
  };
}

/** That every word is found in something else than the peer. */
export function besidesPeer(search: string): Prisma.Sql {
  const text = Prisma.sql`lower((c.client || ' ' || c.reason || ' ' || c.kind) COLLATE "C")`;
  return Prisma.join(
    wordsOf(search).map((word) => wordIn(text, word)),
    " AND ",
  );
}

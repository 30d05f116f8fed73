import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { type ListQuery, type ListSpec, type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { AssertionMust } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { brokenAssertions } from "#lib/shared/allowlist/assertions.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { labelsOf, type RuleLabel } from "../analysis/labels.ts";
import { visibleState } from "../analysis/queries.ts";
import { trafficText } from "../policy.ts";
import { rulesInForce, trafficRule } from "../timed-difference.ts";
import { assertionFacts } from "./record.ts";

export const ASSERTION_LIST = {
  sorts: ["added", "must", "reason", "owner"],
  filters: ["must"],
} as const satisfies ListSpec<string, string>;
export type AssertionListQuery = ListQuery<(typeof ASSERTION_LIST.sorts)[number], "must">;

export interface AssertionRow {
  id: string;
  must: AssertionMust;
  text: string;
  reason: string;
  ownerName: string;
  createdAt: Date;
  /** What breaks it now: a packet that passes and must not, or must and does not; null where it holds. */
  broken: { witness: Packet; rule: RuleLabel | null } | null;
}

export interface Assertions {
  page: Page<AssertionRow>;
  archived: boolean;
}

/** A page of what has to hold of a deployment's allowlist, and whether it does. */
export function listAssertions(
  actor: Actor,
  deploymentId: string,
  query: AssertionListQuery,
  now = systemClock(),
): Promise<Assertions> {
  actor.must("allowlist.read");
  return inScope(actor, async (tx) => {
    const state = await visibleState(tx, actor, deploymentId);
    const { archivedAt } = await tx.deployment.findUniqueOrThrow({
      where: { id: deploymentId },
      select: { archivedAt: true },
    });
    const where = { deploymentId, retiredAt: null, ...visibleTo(actor), ...narrowed(query) };
    const total = await tx.allowlistAssertion.count({ where });
    const found = await tx.allowlistAssertion.findMany({
      where,
      orderBy: ordered(query),
      ...pageBounds(query),
    });
    const rules = rulesInForce(state, now);
    const asserted = found.map((row) => {
      const { must, reason, ownerName, ...traffic } = assertionFacts(row);
      return { id: row.id, must, traffic: trafficRule(row.id, traffic, state.sets) };
    });
    const broken = new Map(
      brokenAssertions(rules, asserted).map(({ assertion, regions }) => [assertion.id, regions[0]?.witness]),
    );
    const { decide } = compileAllowlist(rules);
    const label = labelsOf(state);
    const rows = found.map((row): AssertionRow => {
      const { id, must, reason, ownerName, createdAt } = row;
      const witness = broken.get(id);
      return {
        ...{ id, must, reason, ownerName, createdAt, text: trafficText(row, state.sets) },
        broken: witness ? { witness, rule: label(decide(witness).ruleId) } : null,
      };
    });
    return {
      page: { rows, total, page: query.page, pageSize: query.pageSize },
      archived: archivedAt !== null,
    };
  });
}

function narrowed({ filters, search }: AssertionListQuery): Prisma.AllowlistAssertionWhereInput {
  const musts = (["allow", "deny"] as const).filter((must) => filters.must.includes(must));
  return {
    ...(filters.must.length > 0 ? { must: { in: musts } } : {}),
    AND: search
      .split(/\s+/)
      .filter(Boolean)
      .slice(0, 8)
      .map((word) => ({
        OR: [
          { reason: containing(word) },
          { peer: containing(word) },
          { ownerName: containing(word) },
          { id: word },
        ],
      })),
  };
}

function ordered({
  sort,
  direction,
}: AssertionListQuery): Prisma.AllowlistAssertionOrderByWithRelationInput[] {
  const columns = {
    added: { createdAt: direction },
    must: { must: direction },
    reason: { reason: direction },
    owner: { ownerName: direction },
  };
  return [columns[sort], { id: direction }];
}

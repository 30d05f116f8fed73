import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { trafficText } from "#lib/allowlist/policy.ts";
import { loadSets } from "#lib/allowlist/sets/load.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { visibleSql } from "#lib/platform/sql.ts";
import type { CrossingRow } from "./read.ts";

/** What stands behind a crossing: the rule that let it pass, who opened that rule, and what else it belongs to. */
export interface Behind {
  rule: { id: string; text: string; purpose: string; retired: boolean } | null;
  /** The change request that made the rule what it was then, and who approved it. */
  request: { id: string; number: number; title: string; approvedBy: string[] } | null;
  /** The events of the audit log that it belongs to. */
  events: {
    id: string;
    action: string;
    actorName: string;
    targetName: string;
    targetId: string;
    occurredAt: Date;
  }[];
  /** How many crossings belong to the same, this one among them. */
  together: number;
}

export async function whatIsBehind(tx: Tx, actor: Actor, row: CrossingRow): Promise<Behind> {
  return {
    rule: row.ruleId ? await ruleOf(tx, actor, row.deploymentId, row.ruleId) : null,
    request: row.ruleId ? await requestOf(tx, actor, row) : null,
    events: row.correlationId ? await eventsOf(tx, actor, row.correlationId) : [],
    together: row.correlationId ? await countTogether(tx, actor, row.correlationId) : 1,
  };
}

async function ruleOf(tx: Tx, actor: Actor, deploymentId: string, ruleId: string): Promise<Behind["rule"]> {
  const rule = await tx.allowlistRule.findFirst({ where: { id: ruleId, deploymentId, ...visibleTo(actor) } });
  if (!rule) return null;
  const text = trafficText(rule, await loadSets(tx, deploymentId));
  return { id: rule.id, text, purpose: rule.purpose, retired: rule.retiredAt !== null };
}

/** The audit log says which request wrote the rule, and when: the last one before the crossing is the one that opened it. */
async function requestOf(tx: Tx, actor: Actor, row: CrossingRow): Promise<Behind["request"]> {
  const written = await tx.auditEvent.findFirst({
    where: {
      ...visibleTo(actor),
      targetId: row.ruleId ?? "",
      action: { in: ["allowlist.add_rule", "allowlist.change_rule"] },
      occurredAt: { lte: row.beganAt },
    },
    select: { detail: true },
    orderBy: { occurredAt: "desc" },
  });
  const detail = written?.detail;
  const id = detail && typeof detail === "object" && !Array.isArray(detail) ? detail.requestId : undefined;
  if (typeof id !== "string") return null;
  const request = await tx.changeRequest.findFirst({
    where: { id, deploymentId: row.deploymentId, ...visibleTo(actor) },
    select: {
      id: true,
      number: true,
      title: true,
      round: true,
      approvals: { select: { personName: true, round: true }, orderBy: { createdAt: "asc" } },
    },
  });
  if (!request) return null;
  const counted = request.approvals.filter(({ round }) => round === request.round);
  return {
    ...{ id: request.id, number: request.number, title: request.title },
    approvedBy: [...new Set(counted.map(({ personName }) => personName))],
  };
}

/** A correlation names an event of the log, or what such events are about. */
function eventsOf(tx: Tx, actor: Actor, correlationId: string): Promise<Behind["events"]> {
  return tx.auditEvent.findMany({
    where: { ...visibleTo(actor), OR: [{ id: correlationId }, { targetId: correlationId }] },
    select: { id: true, action: true, actorName: true, targetName: true, targetId: true, occurredAt: true },
    orderBy: [{ occurredAt: "desc" }, { id: "desc" }],
    take: 5,
  });
}

async function countTogether(tx: Tx, actor: Actor, correlationId: string): Promise<number> {
  const [found] = await tx.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT count(*)::int AS count FROM boundary.crossings c
    WHERE c.correlation_id = ${correlationId} AND ${visibleSql(actor, Prisma.sql`c.customer_id`)}`);
  return found?.count ?? 1;
}

import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { type AuditEntry, recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma, AllowlistRule as Rule } from "#lib/platform/prisma/client.ts";
import { trafficText } from "./policy.ts";
import type { SetBook } from "./sets/book.ts";

// What is written of rules, once somebody has decided it: each line of the list with its line of the audit log.
// `detail` says what decided it, where that was a change request.

export async function openRule(
  tx: Tx,
  actor: Actor,
  data: Prisma.AllowlistRuleUncheckedCreateInput,
  sets: SetBook,
  detail: Prisma.InputJsonObject = {},
): Promise<Rule> {
  const rule = await tx.allowlistRule.create({ data });
  const entry = { ...target(rule, sets), after: facts(rule), detail };
  await recordAudit(tx, actor, { action: "allowlist.add_rule", ...entry });
  return rule;
}

/** Whatever had expired of it is open again. */
export async function rewriteRule(
  tx: Tx,
  actor: Actor,
  before: Rule,
  data: Prisma.AllowlistRuleUncheckedUpdateInput,
  sets: SetBook,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  const after = await tx.allowlistRule.update({
    where: { id: before.id },
    data: { ...data, expiredAt: null },
  });
  const entry = { ...target(after, sets), before: facts(before), after: facts(after), detail };
  await recordAudit(tx, actor, { action: "allowlist.change_rule", ...entry });
}

/** Takes it off the list for good. */
export async function closeRule(
  tx: Tx,
  actor: Actor,
  rule: Rule,
  now: Date,
  sets: SetBook,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  await tx.allowlistRule.update({ where: { id: rule.id }, data: { retiredAt: now }, select: { id: true } });
  const entry = { ...target(rule, sets), before: facts(rule), detail };
  await recordAudit(tx, actor, { action: "allowlist.retire_rule", ...entry });
}

export function target(
  rule: Rule,
  sets: SetBook,
): Pick<AuditEntry, "targetType" | "targetId" | "targetName" | "customerId" | "deploymentId"> {
  const { customerId, deploymentId } = rule;
  return {
    targetType: "rule",
    targetId: rule.id,
    targetName: trafficText(rule, sets),
    customerId,
    deploymentId,
  };
}

/** What the audit log keeps of a rule, before and after. */
export function facts(rule: Rule): Prisma.InputJsonObject {
  const { direction, protocol, portFrom, portTo, peerKind, peer, carriedBy, purpose, ownerName, ticket } =
    rule;
  const expiresAt = rule.expiresAt?.toISOString() ?? null;
  return {
    direction,
    protocol,
    portFrom,
    portTo,
    peerKind,
    peer,
    carriedBy,
    purpose,
    ownerName,
    ticket,
    expiresAt,
  };
}

import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { ruleState } from "./policy.ts";
import { facts, target } from "./rules.ts";
import type { RuleRef } from "./schema.ts";
import { loadSets } from "./sets/load.ts";

/**
 * Closes a door now. The one change of an allowlist that waits for nobody: something is wrong, and the vendor's admin shuts
 * it. The rule stays on the list as expired; to open it again takes a change request.
 */
export function expireRule(actor: Actor, { ruleId }: RuleRef, now = systemClock()): Promise<void> {
  actor.must("allowlist.expire_rule");
  return inScope(actor, async (tx) => {
    const where = { id: ruleId, ...visibleTo(actor) };
    const found = await tx.allowlistRule.findFirst({ where, select: { deploymentId: true } });
    if (!found) throw new AppError("not_found", "There is no such rule.");
    // Held like for a request's steps, none of which then decides about a list that is just changing.
    await tx.$queryRaw(
      Prisma.sql`SELECT FROM console.deployments WHERE id = ${found.deploymentId} FOR UPDATE`,
    );
    const rule = await tx.allowlistRule.findUniqueOrThrow({
      where: { id: ruleId },
      include: { deployment: { select: { archivedAt: true } } },
    });
    if (rule.deployment.archivedAt)
      throw new AppError("conflict", "This deployment is archived: nothing of it is exported any more.");
    if (rule.retiredAt) throw new AppError("conflict", "This rule is retired already.");
    if (ruleState(rule, now) === "expired") throw new AppError("conflict", "This rule has expired already.");
    const data = { expiresAt: now, expiredAt: now };
    const after = await tx.allowlistRule.update({ where: { id: ruleId }, data });
    const sets = await loadSets(tx, rule.deploymentId);
    const entry = { ...target(rule, sets), before: facts(rule), after: facts(after) };
    await recordAudit(tx, actor, { action: "allowlist.expire_rule", ...entry });
  });
}

import "server-only";
import { systemActor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { asSystem } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { trafficText } from "./policy.ts";
import type { SetBook } from "./sets/book.ts";
import { loadSets } from "./sets/load.ts";

const BATCH = 200;

/**
 * Writes down the rules whose time has come. A rule stops passing anything at its expiry by itself; this only puts
 * the fact on record, once for each rule, however many workers run. Returns how many it wrote.
 */
export async function recordExpiredRules(now = systemClock()): Promise<number> {
  let written = 0;
  for (;;) {
    const count = await recordBatch(now);
    written += count;
    if (count < BATCH) return written;
  }
}

function recordBatch(now: Date): Promise<number> {
  return asSystem("rules of every customer expire", async (tx) => {
    const due = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT id FROM console.allowlist_rules
      WHERE expires_at <= ${now} AND expired_at IS NULL AND retired_at IS NULL
      ORDER BY expires_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`);
    const ids = due.map(({ id }) => id);
    const rules = await tx.allowlistRule.findMany({ where: { id: { in: ids } } });
    const books = new Map<string, SetBook>();
    for (const rule of rules) {
      const sets = books.get(rule.deploymentId) ?? (await loadSets(tx, rule.deploymentId));
      books.set(rule.deploymentId, sets);
      await recordAudit(tx, systemActor("worker"), {
        action: "allowlist.rule_expired",
        targetType: "rule",
        targetId: rule.id,
        targetName: trafficText(rule, sets),
        customerId: rule.customerId,
        deploymentId: rule.deploymentId,
        detail: { expiredAt: rule.expiresAt?.toISOString() ?? null, purpose: rule.purpose },
      });
    }
    await tx.allowlistRule.updateMany({ where: { id: { in: ids } }, data: { expiredAt: now } });
    return rules.length;
  });
}

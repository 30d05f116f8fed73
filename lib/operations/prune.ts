import "server-only";
import { asSystem } from "#lib/platform/db.ts";
import { DAY_MS } from "#lib/shared/clock.ts";

const KEPT_MS = 90 * DAY_MS;
const AT_ONCE = 5_000;

/**
 * Clears operations away that were settled long ago; what they did stays in the audit log. One whose secret nobody has fetched
 * yet is kept: it is the only place that has it. Run by the worker.
 */
export async function pruneOperations(now = new Date()): Promise<{ pruned: number }> {
  const before = new Date(now.getTime() - KEPT_MS);
  return await asSystem("settled operations are cleared away", async (tx) => {
    const old = await tx.operation.findMany({
      where: { finishedAt: { lt: before }, resultSealed: null },
      select: { id: true },
      orderBy: { finishedAt: "asc" },
      take: AT_ONCE,
    });
    const { count } = await tx.operation.deleteMany({ where: { id: { in: old.map(({ id }) => id) } } });
    return { pruned: count };
  });
}

import "server-only";
import { asSystem } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";

/**
 * Drops the days of crossings that no deployment keeps any longer, a few at a time. A gateway does so in its own database; what gateways
 * elsewhere send lies in this one. Says how many went.
 */
export function dropKeptDays(now = systemClock()): Promise<number> {
  return asSystem("nobody asks for it: what was kept long enough goes by itself", async (tx) => {
    await tx.$executeRaw`
      INSERT INTO boundary.crossings_kept (deployment_id, customer_id, days)
      SELECT deployment_id, customer_id, crossings_kept_days FROM console.gateways ORDER BY deployment_id
      ON CONFLICT (deployment_id) DO UPDATE SET days = excluded.days, customer_id = excluded.customer_id, said_at = now()`;
    const today = now.toISOString().slice(0, 10);
    const [row] = await tx.$queryRaw<{ dropped: number }[]>`
      SELECT boundary.drop_kept_days(${today}::date) AS dropped`;
    return row?.dropped ?? 0;
  });
}

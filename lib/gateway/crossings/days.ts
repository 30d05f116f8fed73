import { type Clock, DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import type { Pool } from "../db.ts";
import type { Owner } from "./upsert.ts";

/** So many days have their partition before they begin: a database that is being moved for a weekend still takes every crossing. */
const AHEAD = 3;

export interface KeptDays {
  readonly pool: Pool;
  readonly owner: Owner;
  /** How many days a crossing is kept; read each time, for it may be configured anew. */
  readonly days: () => number;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
}

/** Makes the partitions of the days to come, and drops those that have been kept long enough: now, and every hour. */
export function keepDays({ pool, owner, days, clock, failed }: KeptDays): { stop(): Promise<void> } {
  const look = async () => {
    try {
      await prepareDays(pool, clock());
      await dropDays(pool, owner, clock(), days());
    } catch (error) {
      failed(error);
    }
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, HOUR_MS);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

export async function prepareDays(pool: Pool, now: Date): Promise<void> {
  for (let ahead = 0; ahead <= AHEAD; ahead += 1)
    await pool.query("SELECT boundary.prepare_day($1)", [dayOf(now, ahead)]);
}

/**
 * Says how long this deployment's crossings are kept, today included, and drops the days that neither it nor another in the same database
 * keeps any longer. Says how many went.
 */
export async function dropDays(
  pool: Pool,
  { deploymentId, customerId }: Owner,
  now: Date,
  days: number,
): Promise<number> {
  await pool.query(
    `INSERT INTO boundary.crossings_kept (deployment_id, customer_id, days) VALUES ($1, $2, $3)
     ON CONFLICT (deployment_id) DO UPDATE SET days = excluded.days, customer_id = excluded.customer_id, said_at = now()`,
    [deploymentId, customerId, days],
  );
  const { rows } = await pool.query<{ dropped: number }>("SELECT boundary.drop_kept_days($1) AS dropped", [
    dayOf(now, 0),
  ]);
  return rows[0]?.dropped ?? 0;
}

function dayOf(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

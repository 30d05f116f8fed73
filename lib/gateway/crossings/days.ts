import { type Clock, DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import type { Pool } from "../db.ts";

/** So many days have their partition before they begin: a database that is being moved for a weekend still takes every crossing. */
const AHEAD = 3;

export interface KeptDays {
  readonly pool: Pool;
  /** How many days a crossing is kept; read each time, for it may be configured anew. */
  readonly days: () => number;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
}

/** Makes the partitions of the days to come, and drops those that have been kept long enough: now, and every hour. */
export function keepDays({ pool, days, clock, failed }: KeptDays): { stop(): Promise<void> } {
  const look = async () => {
    try {
      await prepareDays(pool, clock());
      await dropDays(pool, clock(), days());
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

/** Says how many days went. Today counts as one that is kept. */
export async function dropDays(pool: Pool, now: Date, days: number): Promise<number> {
  const { rows } = await pool.query<{ dropped: number }>("SELECT boundary.drop_days_before($1) AS dropped", [
    dayOf(now, 1 - days),
  ]);
  return rows[0]?.dropped ?? 0;
}

function dayOf(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

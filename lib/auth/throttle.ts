import "server-only";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { declined } from "#lib/shared/refusals.ts";

/** How many failures are free, before each further one doubles the wait. */
const FREE = {
  sign_in_account: 5,
  sign_in_address: 30,
  second_factor: 5,
  link_address: 20,
  code_address: 10,
  list_address: 20,
} as const;

const FIRST_WAIT_MS = 2 * SECOND_MS;
const LONGEST_WAIT_MS = 15 * MINUTE_MS;
/** After this long without a failure the count begins again. */
const MEMORY_MS = HOUR_MS;

export interface Counted {
  kind: keyof typeof FREE;
  /** The e-mail address, the network address, the person: whatever is attacked. */
  of: string;
}

/**
 * Counts an attempt before it is made, so that a hundred at once are a hundred and not one. One that succeeds is taken
 * back. The count lives in PostgreSQL: it is the same for every instance of the console, and outlives a restart.
 * @throws AppError `rate_limited`, alike for accounts that exist and those that do not.
 */
export async function countAttempt(what: readonly Counted[], now: Date): Promise<void> {
  const refused = await asSystem("attempts are counted before anybody is known", async (tx) => {
    for (const counted of what) if (!(await count(tx, counted, now))) return true;
    return false;
  });
  if (refused) throw declined("rate_limited", "too_many_attempts");
}

/** The attempt was good: the account's failures are forgotten, and the address gets this one back. */
export async function forgiveAttempt(tx: Tx, what: readonly Counted[]): Promise<void> {
  for (const counted of what) {
    const where = { key: keyOf(counted) };
    if (counted.kind.endsWith("_address"))
      await tx.throttle.updateMany({ where, data: { failures: { decrement: 1 }, blockedUntil: null } });
    else await tx.throttle.deleteMany({ where });
  }
}

/** One statement, so that two instances never count from the same number. False: blocked, and not counted. */
async function count(tx: Tx, counted: Counted, now: Date): Promise<boolean> {
  const forgotten = new Date(now.getTime() - MEMORY_MS);
  const free = FREE[counted.kind];
  const rows = await tx.$queryRaw<{ key: string }[]>`
    INSERT INTO console.throttles AS t (key, failures, last_at) VALUES (${keyOf(counted)}, 1, ${now})
    ON CONFLICT (key) DO UPDATE SET
      last_at = ${now},
      failures = CASE WHEN t.last_at < ${forgotten} THEN 1 ELSE greatest(t.failures, 0) + 1 END,
      blocked_until = CASE WHEN t.last_at >= ${forgotten} AND t.failures + 1 >= ${free}
        THEN ${now}::timestamptz + least(${FIRST_WAIT_MS} * 2.0 ^ least(t.failures + 1 - ${free}, 30), ${LONGEST_WAIT_MS})
          * interval '1 millisecond' END
    WHERE t.blocked_until IS NULL OR t.blocked_until <= ${now}
    RETURNING key`;
  return rows.length === 1;
}

function keyOf({ kind, of }: Counted): string {
  return `${kind}:${fingerprint(of)}`;
}

import { MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { networkOf } from "../wire/network.ts";
import { spendFrom, tooMany } from "../wire/rate-limit.ts";

const MISSES = { count: 30, windowMs: MINUTE_MS };
const REMEMBERED_MAX = 10_000;

export interface Guesses {
  /** @throws WireError 429 for an address that has guessed too much. */
  requireAllowed(address: string): void;
  /** Counts a credential that was none. @throws WireError 429 when there were too many. */
  note(address: string): Promise<void>;
}

/**
 * The token from the settings is whatever somebody thought of, so it is not to be guessed at: after thirty misses in a minute an
 * address is not listened to, whether or not it has the right one by then. Credentials made here are random, and are good
 * always. Misses are counted by all instances together; what came of it each remembers by itself, for the right token should
 * cost no look at the database: one more guess for each instance.
 */
export function guardGuesses({ db, clock }: Pick<Service, "db" | "clock">): Guesses {
  const refusedUntil = new Map<string, number>();
  return {
    requireAllowed(address) {
      if (refusedUntil.size === 0) return;
      const leftMs = (refusedUntil.get(networkOf(address)) ?? 0) - clock().getTime();
      if (leftMs > 0) throw tooMany(leftMs / SECOND_MS);
    },
    async note(address) {
      try {
        await spendFrom(db, "management", address, MISSES);
      } catch (error) {
        if (error instanceof WireError && error.status === 429) {
          if (refusedUntil.size >= REMEMBERED_MAX) refusedUntil.clear();
          const leftMs = Number(error.headers["retry-after"]) * SECOND_MS;
          refusedUntil.set(networkOf(address), clock().getTime() + leftMs);
        }
        throw error;
      }
    },
  };
}

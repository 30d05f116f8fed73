import { DAY_MS, HOUR_MS, SECOND_MS } from "#lib/shared/clock.ts";

const FIRST_WAIT_MS = 5 * SECOND_MS;
const LONGEST_WAIT_MS = 2 * HOUR_MS;
export const GIVE_UP_AFTER_MS = 3 * DAY_MS;

/** What is known of a delivery that has just failed. */
export interface Failed {
  /** When it was to be delivered first. */
  readonly openedAt: Date;
  /** How often it has been tried, this time included. */
  readonly attempts: number;
  /** How long the endpoint asks to be left alone, where it says so. */
  readonly retryAfterMs: number | null;
}

/**
 * When a delivery is tried again; null where it is given up. Waits double up to two hours and are spread by a quarter either way, so
 * that what failed together does not come back together. What has waited behind another for three days is tried once all the same.
 */
export function nextAttempt(
  { openedAt, attempts, retryAfterMs }: Failed,
  now: Date,
  random: () => number,
): Date | null {
  if (now.getTime() - openedAt.getTime() >= GIVE_UP_AFTER_MS) return null;
  const doubled = FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 30);
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_WAIT_MS);
  return new Date(now.getTime() + Math.max(spread(Math.min(doubled, LONGEST_WAIT_MS), random), asked));
}

/** A wait of about so long: three quarters to five quarters of it. */
export function spread(waitMs: number, random: () => number): number {
  return Math.round(waitMs * (0.75 + random() / 2));
}

/** No wait is longer, as it was spread: what is to be later than that was put off by a clock that has been set back since. */
export function noLaterThan(at: Date | null, now: Date): Date | null {
  return at && at.getTime() > now.getTime() + LONGEST_WAIT_MS * 1.25 ? now : at;
}

/** The `Retry-After` header: seconds, or a date. Null where there is none that can be read. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND_MS;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}

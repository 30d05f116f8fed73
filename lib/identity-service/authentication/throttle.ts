import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import type { Service } from "../service.ts";
import { emailKey } from "../wire/email.ts";
import { networkOf } from "../wire/network.ts";
import { giveBack, spend } from "../wire/rate-limit.ts";

const PER_ACCOUNT = { count: 10, windowMs: MINUTE_MS };
const PER_ADDRESS = { count: 100, windowMs: MINUTE_MS };

/** @throws WireError 429 after ten tries a minute for one account, or a hundred from one address, whether or not it exists. */
export async function requireTryAllowed(
  { db }: Service,
  environmentId: string,
  { account, ipAddress }: { account: string; ipAddress: string | null },
): Promise<void> {
  await spend(db, environmentId, `authenticate:${emailKey(account).slice(0, 254)}`, PER_ACCOUNT);
  if (ipAddress) await spend(db, environmentId, `authenticate_from:${networkOf(ipAddress)}`, PER_ADDRESS);
}

/** Three of a million codes are right at any time: ten tries a minute, kept up, would find one within days. */
const SECOND_FACTORS_PER_DAY = { count: 100, windowMs: DAY_MS, code: "daily_quota_exceeded" };

/**
 * Counts a try at somebody's second factor before anybody knows whether it is right. Returns what gives it back if it was.
 *
 * @throws WireError 429 after a hundred wrong ones in a day.
 */
export async function requireFactorTryAllowed(
  { db }: Service,
  environmentId: string,
  userId: string,
): Promise<() => Promise<void>> {
  const key = `second_factor_day:${userId}`;
  await spend(db, environmentId, key, SECOND_FACTORS_PER_DAY);
  return async () => await giveBack(db, environmentId, key);
}

import { MINUTE_MS } from "#lib/shared/clock.ts";
import type { Service } from "../service.ts";
import { emailKey } from "../wire/email.ts";
import { spend } from "../wire/rate-limit.ts";

const PER_ACCOUNT = { count: 10, windowMs: MINUTE_MS };
const PER_ADDRESS = { count: 100, windowMs: MINUTE_MS };

/** @throws WireError 429 after ten tries a minute for one account, or a hundred from one address, whether or not it exists. */
export async function requireTryAllowed(
  { db }: Service,
  environmentId: string,
  { account, ipAddress }: { account: string; ipAddress: string | null },
): Promise<void> {
  await spend(db, environmentId, `authenticate:${emailKey(account).slice(0, 254)}`, PER_ACCOUNT);
  if (ipAddress) await spend(db, environmentId, `authenticate_from:${ipAddress}`, PER_ADDRESS);
}

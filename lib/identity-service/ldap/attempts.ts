import { MINUTE_MS } from "#lib/shared/clock.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { networkOf } from "../wire/network.ts";
import { giveBack, type Limit, spend } from "../wire/rate-limit.ts";

/** Fewer than directories lock an account after in the same time, most of them. */
const PER_ACCOUNT: Limit = { count: 8, windowMs: 10 * MINUTE_MS };
/** A whole site may stand behind one address. */
const PER_ADDRESS: Limit = { count: 100, windowMs: 10 * MINUTE_MS };

/**
 * Counts a password that is about to be tried, for the account and for the address it comes from, before anybody knows whether it
 * is right: however many are tried at once, no more than these are. One that was not wrong is given back.
 */
export async function attempt(
  { db }: Service,
  connection: { id: string; environment_id: string },
  username: string,
  address: string,
): Promise<{ giveBack: () => Promise<void> } | { retryAfter: string }> {
  const environmentId = connection.environment_id;
  const account = hashSecret(`${connection.id}:${username.normalize("NFKC").toLowerCase()}`);
  const keys: [string, Limit][] = [
    [`ldap_account:${account}`, PER_ACCOUNT],
    [`ldap_address:${networkOf(address)}`, PER_ADDRESS],
  ];
  try {
    for (const [key, limit] of keys) await spend(db, environmentId, key, limit);
  } catch (error) {
    if (!(error instanceof WireError) || error.status !== 429) throw error;
    return { retryAfter: error.headers["retry-after"] ?? "60" };
  }
  return {
    giveBack: async () => {
      for (const [key] of keys) await giveBack(db, environmentId, key);
    },
  };
}

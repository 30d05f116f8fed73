import { type Database, EVERY_ENVIRONMENT, sql } from "../db.ts";
import { WireError } from "./errors.ts";
import { networkOf } from "./network.ts";

export interface Limit {
  count: number;
  windowMs: number;
  /** What the refusal is called, where not as usual. */
  code?: string;
}

const SPEND = sql(
  "rate_window_spend",
  `INSERT INTO identity.rate_windows AS w (environment_id, key, started_at, count) VALUES ($1, $2, now(), 1)
   ON CONFLICT (environment_id, key) DO UPDATE SET
     count = CASE WHEN w.started_at + make_interval(secs => $3) <= now() THEN 1 ELSE w.count + 1 END,
     started_at = CASE WHEN w.started_at + make_interval(secs => $3) <= now() THEN now() ELSE w.started_at END
   RETURNING count, extract(epoch FROM w.started_at + make_interval(secs => $3) - now())::float8 AS left_s`,
);

const SPEND_FROM = sql(
  "address_window_spend",
  `INSERT INTO identity.address_windows AS w (key, started_at, count) VALUES ($1, now(), 1)
   ON CONFLICT (key) DO UPDATE SET
     count = CASE WHEN w.started_at + make_interval(secs => $2) <= now() THEN 1 ELSE w.count + 1 END,
     started_at = CASE WHEN w.started_at + make_interval(secs => $2) <= now() THEN now() ELSE w.started_at END
   RETURNING count, extract(epoch FROM w.started_at + make_interval(secs => $2) - now())::float8 AS left_s`,
);
const GIVE_BACK = sql(
  "rate_window_give_back",
  "UPDATE identity.rate_windows SET count = count - 1 WHERE environment_id = $1 AND key = $2 AND count > 0",
);

/** Takes back a use that turned out to be none of those that are to be limited. */
export async function giveBack(db: Database, environmentId: string, key: string): Promise<void> {
  await db.query(environmentId, GIVE_BACK, [environmentId, key]);
}

/** Counts one use of what `key` names, across all instances. @throws the 429 that says when to come back. */
export async function spend(db: Database, environmentId: string, key: string, limit: Limit): Promise<void> {
  const values = [environmentId, key, limit.windowMs / 1_000];
  const [window] = await db.query<Window>(environmentId, SPEND, values);
  if (window && window.count > limit.count) throw tooMany(window.left_s, limit);
}

/** The same for an address (of IPv6, its network) and what belongs to no environment, or does not know its own yet. */
export async function spendFrom(db: Database, what: string, address: string, limit: Limit): Promise<void> {
  const values = [`${what}:${networkOf(address)}`, limit.windowMs / 1_000];
  const [window] = await db.query<Window>(EVERY_ENVIRONMENT, SPEND_FROM, values);
  if (window && window.count > limit.count) throw tooMany(window.left_s, limit);
}

interface Window {
  count: number;
  left_s: number;
}

export function tooMany(
  leftS: number,
  { code = "rate_limit_exceeded" }: Pick<Limit, "code"> = {},
): WireError {
  return new WireError(
    429,
    { message: "Too many requests.", code },
    { "retry-after": String(Math.max(1, Math.ceil(leftS))) },
  );
}

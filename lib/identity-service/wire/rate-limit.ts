import { type Database, sql } from "../db.ts";
import { WireError } from "./errors.ts";

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

const GIVE_BACK = sql(
  "rate_window_give_back",
  "UPDATE identity.rate_windows SET count = count - 1 WHERE environment_id = $1 AND key = $2 AND count > 0",
);

/** Takes back a use that turned out to be none of those that are to be limited. */
export async function giveBack(db: Database, environmentId: string, key: string): Promise<void> {
  await db.query(environmentId, GIVE_BACK, [environmentId, key]);
}

/** Counts one use of what `key` names, across all instances. @throws the 429 that says when to come back. */
export async function spend(
  db: Database,
  environmentId: string,
  key: string,
  { count, windowMs, code = "rate_limit_exceeded" }: Limit,
): Promise<void> {
  const [window] = await db.query<{ count: number; left_s: number }>(environmentId, SPEND, [
    environmentId,
    key,
    windowMs / 1_000,
  ]);
  if (!window || window.count <= count) return;
  throw new WireError(
    429,
    { message: "Too many requests.", code },
    { "retry-after": String(Math.max(1, Math.ceil(window.left_s))) },
  );
}

import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import type { Database } from "../db.ts";
import type { MessageKind } from "../messages/queue.ts";
import { spend } from "../wire/rate-limit.ts";

/** Against a flood of messages; and each new code is five new guesses, so not any number of them in a day. */
const PER_MINUTE = { count: 3, windowMs: MINUTE_MS };
const PER_DAY = { count: 50, windowMs: DAY_MS, code: "daily_quota_exceeded" };

/** @throws WireError 429 where one kind of message was asked for too often for one recipient. */
export async function requireSendAllowed(
  db: Database,
  environmentId: string,
  kind: MessageKind,
  recipient: string,
): Promise<void> {
  await spend(db, environmentId, `send:${kind}:${recipient}`, PER_MINUTE);
  await spend(db, environmentId, `send_day:${kind}:${recipient}`, PER_DAY);
}

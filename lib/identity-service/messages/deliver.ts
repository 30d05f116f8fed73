import { SECOND_MS } from "#lib/shared/clock.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import type { Sealer } from "../keys/seal.ts";
import { repeat } from "../repeat.ts";
import type { Service } from "../service.ts";
import { messageContext } from "./queue.ts";
import type { Relay } from "./relay.ts";
import { RelayProblem } from "./relay-problem.ts";

const LOOK_EVERY_MS = SECOND_MS;
const BATCH = 20;
const LEASE_S = 90;
const LONGEST_WAIT_S = 300;

// One at a time, and put off while it is being sent: should this instance die, another one takes it up when that time is over.
const TAKE = sql(
  "messages_take",
  `UPDATE identity.messages SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
   WHERE id IN (SELECT id FROM identity.messages WHERE state = 'queued' AND next_attempt_at <= now() AND expires_at > now()
     ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
   RETURNING id, environment_id, recipient, content_sealed, attempts`,
);
// Its content holds a code or a link: who has the message needs it here no longer. What failed an operator may still bring.
const SETTLE = sql(
  "message_settle",
  `UPDATE identity.messages SET state = $3, last_error = $4, settled_at = now(),
     content_sealed = CASE WHEN $3 = 'sent' THEN '' ELSE content_sealed END
   WHERE environment_id = $1 AND id = $2 AND state = 'queued'`,
);
const PUT_OFF = sql(
  "message_put_off",
  `UPDATE identity.messages SET last_error = $3, next_attempt_at = now() + make_interval(secs => $4)
   WHERE environment_id = $1 AND id = $2 AND state = 'queued'`,
);
const EXPIRE = sql(
  "messages_expire",
  `UPDATE identity.messages SET state = CASE WHEN state = 'queued' THEN 'expired' ELSE state END,
     settled_at = coalesce(settled_at, now()), content_sealed = ''
   WHERE id IN (SELECT id FROM identity.messages WHERE state IN ('queued', 'failed') AND content_sealed <> '' AND expires_at <= now() LIMIT 1000)`,
);

interface Taken {
  id: string;
  environment_id: string;
  recipient: string;
  content_sealed: string;
  attempts: number;
}

/** Sends what is due. Returns how many messages were tried. */
export async function sendDue(service: Service, relay: Relay): Promise<number> {
  for (let tried = 0; tried < BATCH; tried += 1) {
    const [message] = await service.db.query<Taken>(EVERY_ENVIRONMENT, TAKE, [LEASE_S]);
    if (!message) return tried;
    await sendOne(service, relay, message);
  }
  return BATCH;
}

async function sendOne({ db, sealer }: Service, relay: Relay, message: Taken): Promise<void> {
  const { environment_id: environmentId, id, recipient, attempts } = message;
  const content = opened(sealer, message);
  if (!content) {
    const problem = "The message cannot be opened: it was sealed under another key.";
    await db.query(environmentId, SETTLE, [environmentId, id, "failed", problem]);
    return;
  }
  try {
    await relay.send({ id, to: recipient, ...content });
    await db.query(environmentId, SETTLE, [environmentId, id, "sent", null]);
  } catch (error) {
    if (!(error instanceof RelayProblem)) throw error;
    if (error.permanent) await db.query(environmentId, SETTLE, [environmentId, id, "failed", error.message]);
    else {
      const waitS = Math.min(LONGEST_WAIT_S, 2 ** attempts) * (0.75 + Math.random() / 2);
      await db.query(environmentId, PUT_OFF, [environmentId, id, error.message, waitS]);
    }
  }
}

function opened(sealer: Sealer, { id, content_sealed }: Taken): { subject: string; text: string } | null {
  try {
    return JSON.parse(sealer.open(content_sealed, messageContext(id)));
  } catch {
    return null;
  }
}

/** Lets go of what nobody sent or fetched in time. */
export async function expireMessages({ db }: Pick<Service, "db">): Promise<void> {
  await db.query(EVERY_ENVIRONMENT, EXPIRE, []);
}

/** Sends messages for as long as the service runs. Any number of instances may. */
export function startSending(
  service: Service,
  relay: Relay,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const stop = repeat(
    LOOK_EVERY_MS,
    async () => ({ more: (await sendDue(service, relay)) === BATCH }),
    failed,
  );
  return async () => {
    await stop();
    relay.close();
  };
}

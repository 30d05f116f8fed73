import { HOUR_MS } from "#lib/shared/clock.ts";
import type { RelayedEvent } from "#lib/shared/gateway/relayed-event.ts";
import type { Pool } from "../db.ts";
import { appendNew, eventKey, inTransaction, type Side } from "../relay/append.ts";

/** An event that was brought and whose signature holds. */
export interface Received {
  event: RelayedEvent;
  environmentId: string;
  signature: Buffer;
  signedAt: Date;
}

/** `known` is here already, signed anew; `replayed` has come with this very signature; `not_storable` no database can hold. */
export type Kept = "stored" | "known" | "replayed" | "not_storable";

export interface WebhookStore {
  /** It is settled when the event is durable. @throws Error where the database cannot be asked. */
  keep(received: Received): Promise<Kept>;
  /** Forgets signatures that their age refuses by now. */
  forget(now: Date): Promise<void>;
}

/** Twice the widest tolerance that can be set. */
const SIGNATURES_KEPT_MS = 2 * HOUR_MS;

// Of two that come at once with one signature the second waits here until the first is durable, or has failed. In one order, whoever
// brings them: two that each have what the other waits for would wait for ever.
const SIGN = `
INSERT INTO boundary.intake_signatures (deployment_id, customer_id, signature, signed_at)
SELECT $1, $2, s.signature, s.signed_at FROM unnest($3::bytea[], $4::timestamptz[]) AS s (signature, signed_at)
WHERE NOT EXISTS (SELECT FROM boundary.intake_forgotten WHERE deployment_id = $1 AND signed_until >= s.signed_at)
ORDER BY s.signature
ON CONFLICT DO NOTHING RETURNING signature`;

const FORGET = `
WITH forgotten AS (
  DELETE FROM boundary.intake_signatures WHERE deployment_id = $1 AND signed_at < $3 RETURNING signed_at)
INSERT INTO boundary.intake_forgotten AS kept (deployment_id, customer_id, signed_until)
SELECT $1, $2, max(signed_at) FROM forgotten HAVING count(*) > 0
ON CONFLICT (deployment_id) DO UPDATE SET signed_until = greatest(kept.signed_until, excluded.signed_until)`;

/** What is kept at once, at most. */
const TOGETHER = { count: 100, bytes: 4_000_000 };

interface Waiting {
  readonly received: Received;
  readonly settle: PromiseWithResolvers<Kept>;
}

/**
 * Where what is brought is kept: signature and event together, or neither. What comes while the database is at work on others is kept
 * by one transaction with all that has come by then: each is durable before it is answered, and they share the wait for that.
 */
export function webhookStore(pool: Pool, side: Side): WebhookStore {
  const owner = [side.deploymentId, side.customerId];
  const waiting: Waiting[] = [];
  let isAtWork = false;

  const keepAll = (all: readonly Received[]) =>
    inTransaction(pool, async (client): Promise<Kept[]> => {
      const signatures = all.map(({ signature }) => signature);
      const times = all.map(({ signedAt }) => signedAt);
      const { rows } = await client.query<{ signature: Buffer }>(SIGN, [...owner, signatures, times]);
      const signed = new Set(rows.map(({ signature }) => signature.toString("hex")));
      // Of one signature that came twice at once the first counts.
      const isFirst = all.map(({ signature }) => signed.delete(signature.toString("hex")));
      const arrivals = all
        .filter((_, at) => isFirst[at])
        .map(({ environmentId, event }) => ({ environmentId, origin: "webhook" as const, event }));
      const added = await appendNew(client, side, arrivals);
      return all.map((received, at) => {
        if (!isFirst[at]) return "replayed";
        return added.delete(eventKey(received)) ? "stored" : "known";
      });
    });
  const keepOne = (received: Received) =>
    keepAll([received]).then(
      ([kept]) => kept ?? "replayed",
      (error: unknown): Kept => {
        if (isAboutTheValue(error)) return "not_storable";
        throw error;
      },
    );
  const work = async (batch: readonly Waiting[]) => {
    try {
      if (batch.length > 1) {
        const kept = await keepAll(batch.map(({ received }) => received));
        for (const [at, { settle }] of batch.entries()) settle.resolve(kept[at] ?? "replayed");
        return;
      }
    } catch (error) {
      if (!isAboutTheValue(error)) {
        for (const { settle } of batch) settle.reject(error);
        return;
      }
    }
    // One of them no database can hold; which one shows by itself.
    for (const { received, settle } of batch) await keepOne(received).then(settle.resolve, settle.reject);
  };
  const workOn = async () => {
    isAtWork = true;
    while (waiting.length > 0) await work(next(waiting));
    isAtWork = false;
  };
  return {
    keep(received) {
      const settle = Promise.withResolvers<Kept>();
      waiting.push({ received, settle });
      if (!isAtWork) void workOn();
      return settle.promise;
    },
    async forget(now) {
      await pool.query(FORGET, [...owner, new Date(now.getTime() - SIGNATURES_KEPT_MS)]);
    },
  };
}

/** The first that wait, in the order in which they came. */
function next(waiting: Waiting[]): Waiting[] {
  let [count, bytes] = [0, 0];
  for (const { received } of waiting.slice(0, TOGETHER.count)) {
    bytes += received.event.body.length;
    if (count > 0 && bytes > TOGETHER.bytes) break;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Classes 22 and 54 of PostgreSQL's errors: data it cannot hold, or that is larger than its limits. */
function isAboutTheValue(error: unknown): boolean {
  return /^(22|54)/.test(String((error as { code?: unknown }).code ?? ""));
}

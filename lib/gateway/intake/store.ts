import { HOUR_MS } from "#lib/shared/clock.ts";
import type { RelayedEvent } from "#lib/shared/gateway/relayed-event.ts";
import type { Pool } from "../db.ts";
import { appendEvents, inTransaction, type Side } from "../relay/append.ts";

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

// Of two that come at once with one signature the second waits here until the first is durable, or has failed.
const SIGN = `
INSERT INTO boundary.intake_signatures (deployment_id, customer_id, signature, signed_at)
SELECT $1, $2, $3, $4
WHERE NOT EXISTS (SELECT FROM boundary.intake_forgotten WHERE deployment_id = $1 AND signed_until >= $4)
ON CONFLICT DO NOTHING`;

const FORGET = `
WITH forgotten AS (
  DELETE FROM boundary.intake_signatures WHERE deployment_id = $1 AND signed_at < $3 RETURNING signed_at)
INSERT INTO boundary.intake_forgotten AS kept (deployment_id, customer_id, signed_until)
SELECT $1, $2, max(signed_at) FROM forgotten HAVING count(*) > 0
ON CONFLICT (deployment_id) DO UPDATE SET signed_until = greatest(kept.signed_until, excluded.signed_until)`;

/** Where what is brought is kept: signature and event together, or neither. */
export function webhookStore(pool: Pool, side: Side): WebhookStore {
  const owner = [side.deploymentId, side.customerId];
  return {
    async keep({ event, environmentId, signature, signedAt }) {
      try {
        return await inTransaction(pool, async (client): Promise<Kept> => {
          const { rowCount } = await client.query(SIGN, [...owner, signature, signedAt]);
          if (rowCount === 0) return "replayed";
          const added = await appendEvents(client, side, [{ environmentId, origin: "webhook", event }]);
          return added > 0 ? "stored" : "known";
        });
      } catch (error) {
        if (isAboutTheValue(error)) return "not_storable";
        throw error;
      }
    },
    async forget(now) {
      await pool.query(FORGET, [...owner, new Date(now.getTime() - SIGNATURES_KEPT_MS)]);
    },
  };
}

/** Classes 22 and 54 of PostgreSQL's errors: data it cannot hold, or that is larger than its limits. */
function isAboutTheValue(error: unknown): boolean {
  return /^(22|54)/.test(String((error as { code?: unknown }).code ?? ""));
}

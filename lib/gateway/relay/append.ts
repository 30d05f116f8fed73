import type { PoolClient } from "pg";
import { type Gap, gapEvent } from "#lib/shared/gateway/gap.ts";
import type { EventOrigin, RelayedEvent } from "#lib/shared/gateway/relayed-event.ts";
import type { Pool } from "../db.ts";

/** Whose events these are. */
export interface Side {
  readonly customerId: string;
  readonly deploymentId: string;
}

/** An event and where it is from. */
export interface Arrival {
  readonly environmentId: string;
  readonly origin: EventOrigin;
  readonly event: RelayedEvent;
}

/** Runs `work` in one transaction of one connection. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((reason: Error) => {
      broken = reason;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Puts events into the buffer in the order given, and returns how many of them were new: one that is there, or was there, is not
 * taken again. From here to the end of the transaction nobody else appends, so that numbers become visible in their order; do it
 * last.
 */
export async function appendEvents(
  client: PoolClient,
  side: Side,
  arrivals: readonly Arrival[],
): Promise<number> {
  return (await appendNew(client, side, arrivals)).size;
}

/** The same, and says which were new, by `eventKey`. */
export async function appendNew(
  client: PoolClient,
  { customerId, deploymentId }: Side,
  arrivals: readonly Arrival[],
): Promise<Set<string>> {
  if (arrivals.length === 0) return new Set();
  await holdBuffer(client, { customerId, deploymentId });
  const rows = arrivals.map(({ environmentId, origin, event }) => ({
    id: event.id,
    environment_id: environmentId,
    organization_id: event.organizationId,
    object: event.object,
    event: event.event,
    created_at: event.createdAt,
    origin,
    body: event.body,
  }));
  const values = [deploymentId, customerId, JSON.stringify(rows)];
  const { rows: added } = await client.query<{ keys: string[] }>(APPEND, values);
  return new Set(added[0]?.keys);
}

/** What an event is known by: its id within its environment. */
export function eventKey({ environmentId, event: { id } }: Pick<Arrival, "environmentId" | "event">): string {
  return `${environmentId} ${id}`;
}

/** Keeps everybody else from appending and removing to the end of the transaction, and tells how many bytes there are. */
export async function holdBuffer(client: PoolClient, { deploymentId, customerId }: Side): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(HOLD, [deploymentId, customerId]);
  return Number(rows[0]?.bytes ?? 0);
}

const HOLD = {
  name: "relay_hold",
  text: `INSERT INTO boundary.relay_buffers (deployment_id, customer_id) VALUES ($1, $2)
    ON CONFLICT (deployment_id) DO UPDATE SET customer_id = excluded.customer_id RETURNING bytes`,
};

// The body travels as a text, so that it stays what it is to the byte.
const APPEND = {
  name: "relay_append",
  text: `WITH added AS (
    INSERT INTO boundary.relay_events (deployment_id, customer_id, id, environment_id, organization_id, object, event, created_at,
      origin, body, bytes)
    SELECT $1, $2, e.id, e.environment_id, e.organization_id, e.object, e.event, e.created_at, e.origin, e.body::json,
      octet_length(e.body)
    FROM ROWS FROM (json_to_recordset($3::json) AS (id text, environment_id text, organization_id text, object text, event text,
      created_at timestamptz, origin text, body text)) WITH ORDINALITY AS e
    WHERE NOT EXISTS (SELECT FROM boundary.relay_past_ids AS past
      WHERE past.deployment_id = $1 AND past.environment_id = e.environment_id AND past.id = e.id)
    ORDER BY e.ordinality
    ON CONFLICT (deployment_id, environment_id, id) DO NOTHING RETURNING environment_id, id, bytes),
  filled AS (
    UPDATE boundary.relay_buffers SET events = events + (SELECT count(*) FROM added),
      bytes = bytes + (SELECT coalesce(sum(bytes), 0) FROM added)
    WHERE deployment_id = $1)
  SELECT array_agg(environment_id || ' ' || id) AS keys, pg_notify('relay', $1) FROM added HAVING count(*) > 0`,
};

/** Puts a gap on record, and tells it as an event behind what is in the buffer. */
export async function recordGap(client: PoolClient, side: Side, gap: Gap, now: Date): Promise<void> {
  const event = gapEvent(gap, now);
  await client.query(
    `INSERT INTO boundary.relay_gaps (id, deployment_id, customer_id, environment_id, source_id, from_at, to_at, count, reason, event_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      gap.id,
      side.deploymentId,
      side.customerId,
      gap.environmentId,
      gap.sourceId,
      gap.from,
      gap.to,
      gap.count,
      gap.reason,
      event.id,
    ],
  );
  await appendEvents(client, side, [{ environmentId: gap.environmentId, origin: "local", event }]);
}

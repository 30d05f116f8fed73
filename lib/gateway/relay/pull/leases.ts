import type { PoolClient } from "pg";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";
import { LONGEST_WAIT_MS } from "./waits.ts";

/** For so long nobody else pulls an environment whose gateway has died. */
const LEASE_MS = 15 * SECOND_MS;
export const KEEP_LEASE_EVERY_MS = LEASE_MS / 5;

/** An environment that this program alone pulls until the lease ends. The number says whether it still does. */
export interface Lease {
  readonly environmentId: string;
  readonly fence: string;
  readonly failures: number;
  after: string | null;
  lastEventAt: Date | null;
}

/** Somebody else pulls this environment by now: what was to be written is theirs to write. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

/** What an environment that is pulled is known by. */
export interface Pulled {
  readonly id: string;
  readonly environment_id: string;
}

/** Makes a cursor for each environment that has none, and says whose it is now. */
export async function prepareCursors(pool: Pool, side: Side, sources: readonly Pulled[]): Promise<void> {
  await pool.query(
    `INSERT INTO boundary.relay_cursors AS kept (deployment_id, customer_id, environment_id, source_id)
     SELECT $1, $2, s.environment_id, s.id FROM unnest($3::text[], $4::text[]) AS s (environment_id, id)
     ON CONFLICT (deployment_id, environment_id) DO UPDATE
       SET source_id = excluded.source_id, next_pull_at = now(), failures = 0, problem = NULL
       WHERE kept.source_id <> excluded.source_id`,
    [
      side.deploymentId,
      side.customerId,
      sources.map((source) => source.environment_id),
      sources.map((source) => source.id),
    ],
  );
}

// By the database's clock, which is the same for all who pull. A time further ahead than any lease or wait can be means that this
// clock went back: then it counts as over, and the fence keeps out whoever is still at work.
const TAKE = `
UPDATE boundary.relay_cursors AS kept SET fence = fence + 1, leased_by = $3, leased_until = now() + make_interval(secs => $4)
WHERE (deployment_id, environment_id) IN (
  SELECT deployment_id, environment_id FROM boundary.relay_cursors
  WHERE deployment_id = $1 AND environment_id = ANY($2)
    AND (leased_until IS NULL OR leased_until <= now() OR leased_until > now() + make_interval(secs => $4))
    AND (next_pull_at <= now() OR next_pull_at > now() + make_interval(secs => $5))
  ORDER BY next_pull_at LIMIT $6 FOR UPDATE SKIP LOCKED)
RETURNING environment_id AS "environmentId", fence, failures, after, last_event_at AS "lastEventAt"`;

/** Takes up to `limit` environments that are due and that nobody else pulls. */
export async function takeLeases(
  pool: Pool,
  { deploymentId }: Side,
  environmentIds: readonly string[],
  worker: string,
  limit: number,
): Promise<Lease[]> {
  const { rows } = await pool.query<Lease>(TAKE, [
    deploymentId,
    environmentIds,
    worker,
    LEASE_MS / SECOND_MS,
    (LONGEST_WAIT_MS + 60 * SECOND_MS) / SECOND_MS,
    limit,
  ]);
  return rows;
}

/**
 * Moves the cursor, and prolongs the lease. In the transaction that keeps the events: both hold, or neither does.
 * @throws LeaseLost
 */
export async function moveCursor(
  client: PoolClient,
  { deploymentId }: Side,
  lease: Lease,
  to: { after: string | null; lastEventAt: Date | null; caughtUp: boolean },
): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE boundary.relay_cursors SET after = $4, last_event_at = $5, last_pulled_at = now(), failures = 0, problem = NULL,
       caught_up_at = CASE WHEN $6 THEN now() END, leased_until = now() + make_interval(secs => $7)
     WHERE deployment_id = $1 AND environment_id = $2 AND fence = $3`,
    [
      deploymentId,
      lease.environmentId,
      lease.fence,
      to.after,
      to.lastEventAt,
      to.caughtUp,
      LEASE_MS / SECOND_MS,
    ],
  );
  if (rowCount === 0) throw new LeaseLost(lease.environmentId);
  lease.after = to.after;
  lease.lastEventAt = to.lastEventAt;
}

/** Holds the lease to the end of a transaction that writes something else for it. @throws LeaseLost */
export async function holdLease(client: PoolClient, { deploymentId }: Side, lease: Lease): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE boundary.relay_cursors SET leased_until = now() + make_interval(secs => $4)
     WHERE deployment_id = $1 AND environment_id = $2 AND fence = $3`,
    [deploymentId, lease.environmentId, lease.fence, LEASE_MS / SECOND_MS],
  );
  if (rowCount === 0) throw new LeaseLost(lease.environmentId);
}

/** Says that somebody is still at work, however long an answer takes. Not once it was given back, which may be overtaken by this. */
export async function keepLease(pool: Pool, { deploymentId }: Side, lease: Lease): Promise<void> {
  await pool.query(
    `UPDATE boundary.relay_cursors SET leased_until = now() + make_interval(secs => $4)
     WHERE deployment_id = $1 AND environment_id = $2 AND fence = $3 AND leased_until IS NOT NULL`,
    [deploymentId, lease.environmentId, lease.fence, LEASE_MS / SECOND_MS],
  );
}

/** Gives an environment back, to be pulled again after a while. Not where it is somebody else's by now. */
export async function release(
  pool: Pool,
  { deploymentId }: Side,
  lease: Lease,
  waitMs: number,
  problem: string | null = null,
): Promise<void> {
  await pool.query(
    `UPDATE boundary.relay_cursors SET leased_by = NULL, leased_until = NULL, next_pull_at = now() + make_interval(secs => $4),
       problem = coalesce($5, problem), failures = failures + ($5 IS NOT NULL)::int
     WHERE deployment_id = $1 AND environment_id = $2 AND fence = $3`,
    [deploymentId, lease.environmentId, lease.fence, waitMs / SECOND_MS, problem],
  );
}

/** Leaves others of the same API alone, too, which asked to be called less often. */
export async function holdOff(
  pool: Pool,
  { deploymentId }: Side,
  environmentIds: readonly string[],
  waitMs: number,
): Promise<void> {
  await pool.query(
    `UPDATE boundary.relay_cursors SET next_pull_at = greatest(next_pull_at, now() + make_interval(secs => $3))
     WHERE deployment_id = $1 AND environment_id = ANY($2)`,
    [deploymentId, environmentIds, waitMs / SECOND_MS],
  );
}

import { z } from "zod";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import type { Pool } from "../../db.ts";
import { inTransaction, type Side } from "../append.ts";
import type { Page, PullProblem, Source } from "./events-api.ts";
import { holdLease, type Lease } from "./leases.ts";
import type { Puller } from "./puller.ts";
import { appendPage, OVERLAP_MS, RANGE_MAX_MS } from "./turn.ts";

export type Backfill = Extract<GatewayConfiguration["errands"][number], { kind: "backfill" }>;

/** How far a backfill is: in the window that begins at `from`, behind the event `after`. */
const Progress = z.object({ from: z.coerce.date(), after: z.string().nullable().default(null) });
type Progress = z.infer<typeof Progress>;

/**
 * Pulls a range again, window by window, as far as it is not done; what is known already is not taken again. It belongs to the lease
 * of its environment, so nobody else runs it. What it adds stands behind what is there: later in order, with the times they had.
 * @returns whether it is done.
 * @throws PullProblem, LeaseLost
 */
export async function backfillOn(
  puller: Puller,
  source: Source,
  lease: Lease,
  errand: Backfill,
  goOn: () => boolean,
): Promise<boolean> {
  const end = new Date(errand.to);
  for (let at = await progressOf(puller.pool, puller.side, errand); goOn(); ) {
    const { page, next } = await step(puller, source, at, end);
    const added = await inTransaction(puller.pool, async (client) => {
      await holdLease(client, puller.side, lease);
      const { deploymentId, customerId } = puller.side;
      const progress = JSON.stringify(next ?? { from: errand.to });
      await client.query(SAVE, [deploymentId, customerId, errand.id, progress, next === null]);
      return await appendPage(client, puller, source, page, at.from);
    });
    puller.log.info({ errand: errand.id, added }, "a range is pulled again");
    if (next === null) return true;
    at = next;
  }
  return false;
}

/** One page, and where to go on; null at the end. By time for the first page of a window, and then from event to event. */
async function step(
  puller: Puller,
  source: Source,
  at: Progress,
  end: Date,
): Promise<{ page: Page; next: Progress | null }> {
  if (at.after !== null) {
    const page = await puller.ask(source, { after: at.after });
    const times = page.items.flatMap((item) => ("createdAt" in item ? [item.createdAt.getTime()] : []));
    // Some that began within the range may have come to light after its end.
    const isPast = times.some((time) => time > end.getTime() + OVERLAP_MS);
    const items = page.items.filter((item) => !("createdAt" in item && item.createdAt > end));
    const goesOn = page.more && !isPast;
    return { page: { ...page, items }, next: goesOn ? { from: at.from, after: page.last } : null };
  }
  const to = new Date(Math.min(at.from.getTime() + RANGE_MAX_MS, end.getTime()));
  const page = await puller.ask(source, { from: at.from, to });
  if (page.more) return { page, next: { from: at.from, after: page.last } };
  return { page, next: to < end ? { from: to, after: null } : null };
}

const SAVE = `
INSERT INTO boundary.relay_errands (deployment_id, customer_id, id, progress, done_at)
VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END)
ON CONFLICT (deployment_id, id) DO UPDATE SET progress = excluded.progress, done_at = excluded.done_at, problem = NULL`;

async function progressOf(pool: Pool, { deploymentId }: Side, errand: Backfill): Promise<Progress> {
  const { rows } = await pool.query<{ progress: unknown }>(
    "SELECT progress FROM boundary.relay_errands WHERE deployment_id = $1 AND id = $2",
    [deploymentId, errand.id],
  );
  return Progress.parse({ from: errand.from, ...(rows[0]?.progress ?? {}) });
}

/** Those of some errands that are not done yet. */
export async function openBackfills(
  { pool, side }: Puller,
  errands: readonly Backfill[],
): Promise<readonly Backfill[]> {
  if (errands.length === 0) return [];
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM boundary.relay_errands WHERE deployment_id = $1 AND id = ANY($2) AND done_at IS NOT NULL",
    [side.deploymentId, errands.map(({ id }) => id)],
  );
  const done = new Set(rows.map(({ id }) => id));
  return errands.filter(({ id }) => !done.has(id));
}

/** Says why an errand does not get on. What is refused stays so and is given up; everything else is tried again. */
export async function refuseErrand(
  { pool, side }: Puller,
  errand: Backfill,
  problem: PullProblem,
): Promise<void> {
  await pool.query(
    `INSERT INTO boundary.relay_errands (deployment_id, customer_id, id, problem, done_at)
     VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END)
     ON CONFLICT (deployment_id, id) DO UPDATE SET problem = excluded.problem, done_at = excluded.done_at`,
    [side.deploymentId, side.customerId, errand.id, problem.message, problem.kind === "refused"],
  );
}

import type { Pool } from "../db.ts";
import type { Owner } from "./upsert.ts";

const END_OPEN = `UPDATE boundary.crossings SET ended_at = greatest(began_at, $3), outcome = 'failed', reason = 'gateway_ended'
  WHERE deployment_id = $1 AND gateway = $2 AND ended_at IS NULL AND began_at < $4
    AND began_at > $3::timestamptz - interval '1 day'`;

const END_OPEN_SENT = `WITH written AS (${END_OPEN} RETURNING began_at, id)
  INSERT INTO boundary.crossings_unsent (deployment_id, gateway, began_at, ids)
  SELECT $1, $2, array_agg(began_at ORDER BY began_at, id), array_agg(id ORDER BY began_at, id) FROM written HAVING count(*) > 0`;

/**
 * Ends what this gateway began before it was started, and has not ended: nobody else will. What began more than a day
 * before stays open: it is not worth reading everything for.
 */
export async function endOpen(
  pool: Pool,
  { deploymentId, gateway }: Owner,
  { until, startedAt }: { until: Date; startedAt: Date },
  isSent: boolean,
): Promise<void> {
  await pool.query(isSent ? END_OPEN_SENT : END_OPEN, [deploymentId, gateway, until, startedAt]);
}

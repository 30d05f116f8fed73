import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";

/** Up to where an environment's events are carried, on this side and as far as known on the other. */
export interface Carried {
  readonly environmentId: string;
  readonly side: "export" | "import";
  readonly storeId: string;
  readonly through: string;
  readonly otherThrough: string | null;
  readonly lastEventAt: Date | null;
  readonly carriedAt: Date;
  readonly files: number;
  /** Events here that no file holds yet; of what is exported only. */
  readonly waiting: number;
}

export async function carriedOf(pool: Pool, { deploymentId }: Side): Promise<Carried[]> {
  const { rows } = await pool.query<Carried>(
    `SELECT environment_id AS "environmentId", side, store_id AS "storeId", through, other_through AS "otherThrough",
       last_event_at AS "lastEventAt", carried_at AS "carriedAt", files,
       CASE side WHEN 'import' THEN 0 ELSE (SELECT count(*)::int FROM boundary.relay_events AS event
         WHERE event.deployment_id = $1 AND event.environment_id = carried.environment_id AND event.seq > carried.through) END AS waiting
     FROM boundary.relay_carried AS carried WHERE deployment_id = $1 ORDER BY environment_id, side, store_id`,
    [deploymentId],
  );
  return rows;
}

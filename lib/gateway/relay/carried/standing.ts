import type { GatewayReport } from "#lib/shared/gateway/report.ts";
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
  /** Events here that no file holds yet, or so many at least; of what is exported only. */
  readonly waiting: number;
}

const WAITING_MAX = 100_000;

export async function carriedOf(pool: Pool, { deploymentId }: Side): Promise<Carried[]> {
  const { rows } = await pool.query<Carried>(
    `SELECT environment_id AS "environmentId", side, store_id AS "storeId", through, other_through AS "otherThrough",
       last_event_at AS "lastEventAt", carried_at AS "carriedAt", files,
       CASE side WHEN 'import' THEN 0 ELSE (SELECT count(*)::int FROM (
         SELECT FROM boundary.relay_events AS event WHERE event.deployment_id = $1
           AND event.environment_id = carried.environment_id AND event.seq > carried.through LIMIT $2) AS beyond) END AS waiting
     FROM boundary.relay_carried AS carried WHERE deployment_id = $1 ORDER BY environment_id, side, store_id LIMIT 1000`,
    [deploymentId, WAITING_MAX],
  );
  return rows;
}

/** The same as it is reported. The key is told where there is one; only carrying makes one. */
export async function carriedReport(pool: Pool, side: Side): Promise<NonNullable<GatewayReport["carried"]>> {
  const { rows } = await pool.query<{ public_key: string }>(
    "SELECT public_key FROM boundary.relay_keys WHERE deployment_id = $1",
    [side.deploymentId],
  );
  return {
    public_key: rows[0]?.public_key ?? null,
    relays: (await carriedOf(pool, side)).map((one) => ({
      environment_id: one.environmentId,
      side: one.side,
      store_id: one.storeId,
      through: one.through,
      other_through: one.otherThrough,
      last_event_at: one.lastEventAt?.toISOString() ?? null,
      carried_at: one.carriedAt.toISOString(),
      files: one.files,
      waiting: one.waiting,
    })),
  };
}

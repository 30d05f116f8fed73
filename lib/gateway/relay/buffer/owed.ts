import type { PoolClient } from "pg";
import type { Side } from "../append.ts";
import { type Filter, filterOf } from "../delivery/filter.ts";

/** What of an event says who wants it. */
export interface Candidate {
  readonly seq: string;
  readonly environment_id: string;
  readonly event: string;
}

/**
 * The events that somebody has not had yet: an endpoint or a folder that has not come so far, one that waits to try it again, or the other side of
 * a carried relay, as far as its receipts tell, or else as far as there are files. What an endpoint's filter leaves out it is not owed.
 */
export async function owedAmong<Row extends Candidate>(
  client: PoolClient,
  { deploymentId }: Side,
  endpoints: readonly (Filter & { readonly id: string })[],
  rows: readonly Row[],
): Promise<Set<Row>> {
  const cursors = await client.query<{ endpoint_id: string; cursor: string }>(
    "SELECT endpoint_id, cursor FROM boundary.relay_endpoints WHERE deployment_id = $1 AND absent_since IS NULL",
    [deploymentId],
  );
  const behind: { cursor: bigint; wants: (row: Candidate) => boolean }[] = cursors.rows.flatMap(
    ({ endpoint_id, cursor }) => {
      const endpoint = endpoints.find(({ id }) => id === endpoint_id);
      return endpoint ? [{ cursor: BigInt(cursor), wants: filterOf(endpoint) }] : [];
    },
  );
  const waiting = await client.query<{ seq: string }>(
    `SELECT DISTINCT seq FROM boundary.relay_deliveries
     WHERE deployment_id = $1 AND state = 'waiting' AND seq BETWEEN $2 AND $3`,
    [deploymentId, rows[0]?.seq ?? 0, rows.at(-1)?.seq ?? 0],
  );
  const carried = await client.query<{ environment_id: string; through: string }>(
    `SELECT environment_id, coalesce(other_through, through) AS through FROM boundary.relay_carried
     WHERE deployment_id = $1 AND side = 'export' AND store_id = (SELECT id FROM boundary.store)`,
    [deploymentId],
  );
  for (const { environment_id, through } of carried.rows)
    behind.push({ cursor: BigInt(through), wants: (row) => row.environment_id === environment_id });
  const again = new Set(waiting.rows.map(({ seq }) => seq));
  return new Set(
    rows.filter(
      (row) =>
        again.has(row.seq) || behind.some(({ cursor, wants }) => BigInt(row.seq) > cursor && wants(row)),
    ),
  );
}

import pg from "pg";
import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { Random } from "./random.ts";

/** So much of the past is lived through again; a demo that was left for longer has a hole before. */
const AGAIN_MS = 21 * DAY_MS;
/** A start right after the last has nothing to add. */
const ENOUGH_MS = 10 * MINUTE_MS;

/**
 * What crossed in the last weeks of a demo crosses again up to `now`, so that a demo of last month still has something of the last day to
 * show. A door that has been closed meanwhile lets nothing through. Says how many crossings that added.
 */
export async function goOnCrossing(url: string, now: Date): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT set_config('sallyport.customers', '*', true)");
    const { rows } = await client.query<{ newest: Date | null }>(
      "SELECT max(last_at) AS newest FROM boundary.rule_uses WHERE rule_id = ''",
    );
    const newest = rows[0]?.newest ?? now;
    const laterMs = now.getTime() - newest.getTime();
    const added = laterMs < ENOUGH_MS ? 0 : await repeat(client, newest, laterMs);
    await client.query("COMMIT");
    return added;
  } finally {
    await client.end();
  }
}

async function repeat(client: pg.Client, newest: Date, laterMs: number): Promise<number> {
  const later = `${laterMs} milliseconds`;
  const { rows } = await client.query<{ id: string; beganAt: Date }>(
    `SELECT c.id, c.began_at AS "beganAt" FROM boundary.crossings c LEFT JOIN console.allowlist_rules r ON r.id = c.rule_id
     WHERE c.began_at > $1 AND c.began_at <= $2
       AND (c.rule_id IS NULL OR (r.retired_at IS NULL AND (r.expires_at IS NULL OR r.expires_at > c.began_at + $3::interval)))`,
    [new Date(newest.getTime() - Math.min(laterMs, AGAIN_MS)), newest, later],
  );
  const moments = rows.map(({ beganAt }) => new Date(beganAt.getTime() + laterMs));
  const days = [...new Set(moments.map((moment) => moment.toISOString().slice(0, 10)))];
  await client.query("SELECT boundary.prepare_day(day) FROM unnest($1::date[]) day", [days]);
  const random = new Random(`crossings from ${newest.toISOString()}`);
  await client.query(
    `INSERT INTO boundary.crossings (id, began_at, ended_at, ${KEPT})
     SELECT again.id, c.began_at + $1::interval, c.ended_at + $1::interval, ${KEPT}
     FROM unnest($2::timestamptz[], $3::text[], $4::text[]) AS again(was_at, was, id)
     JOIN boundary.crossings c ON c.began_at = again.was_at AND c.id = again.was`,
    [
      later,
      rows.map(({ beganAt }) => beganAt),
      rows.map(({ id }) => id),
      moments.map((moment) => random.id("crs", moment)),
    ],
  );
  return rows.length;
}

/** All but when it was, what it is called and which event it belonged to. */
const KEPT = `customer_id, deployment_id, environment_id, gateway, direction, kind, outcome, reason, rule_id, purpose, peer_name, peer_address,
  peer_port, client_id, client_name, client_address, method, path, status, bytes_in, bytes_out, tls_version, certificate_sha256, latency_ms`;

import type { Pool } from "#lib/gateway/db.ts";

/** The event with the number that the SQL expression `n` gives, as JSON: about one of so many users. */
export function eventOf(n: string, objects: number | string, event = "'user.updated'"): string {
  return `json_build_object('object', 'event', 'id', 'event_' || lpad(${n}::text, 10, '0'), 'event', ${event}::text,
    'data', json_build_object('object', 'user', 'id', 'user_' || (${n} % ${objects}), 'number', ${n}, 'email', 'person' || ${n} || '@example.com',
      'first_name', 'Ada', 'last_name', 'Lovelace', 'metadata', json_build_object('note', repeat('x', 300))),
    'created_at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
}

/**
 * Puts events into the buffer: `count` of them about `objects` objects by turns, numbered from `from` on. Each object's numbers rise.
 */
export async function putEvents(
  pool: Pool,
  count: number,
  {
    objects = 10,
    from = 0,
    event = "user.updated",
  }: { objects?: number; from?: number; event?: string } = {},
): Promise<void> {
  await pool.query(
    `INSERT INTO boundary.relay_events (id, customer_id, deployment_id, environment_id, object, event, created_at, origin, body, bytes)
     SELECT id, 'cus_1', 'dep_1', 'environment_1', object, $4, now(), 'pulled', body, octet_length(body::text) FROM (
       SELECT n, 'event_' || lpad(n::text, 10, '0') AS id, 'user_' || (n % $2) AS object,
         ${eventOf("n", "$2", "$4")} AS body
       FROM generate_series($3::int, $3::int + $1::int - 1) AS n) AS made ORDER BY n`,
    [count, objects, from, event],
  );
  await pool.query("NOTIFY relay");
}

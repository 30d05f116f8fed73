import pg from "pg";

const BATCH = 100_000;
const DAYS = 30;

/**
 * Writes `count` crossings of the last thirty days, of a hundred deployments, where there are as many: each has a dozen peers,
 * rules of its own, and one in twenty refused. They are written as a gateway writes them, so that what is
 * counted of them is counted. `adminUrl` is the database as its administrator.
 */
export async function fillCrossings(adminUrl: string, count: number, now = new Date()): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query("SET synchronous_commit = off");
    await admin.query(`CREATE TEMP TABLE sites AS
      SELECT row_number() OVER (ORDER BY d.id) - 1 AS place, d.id, d.customer_id, coalesce(r.rules[1:8], '{}') AS rules
      FROM console.deployments d
      LEFT JOIN (SELECT deployment_id, array_agg(id ORDER BY id) AS rules FROM console.allowlist_rules GROUP BY 1) r
        ON r.deployment_id = d.id`);
    await admin.query("ALTER TABLE sites ADD PRIMARY KEY (place)");
    const { rows } = await admin.query<{ sites: string }>("SELECT count(*) AS sites FROM sites");
    for (let day = 0; day <= DAYS; day += 1)
      await admin.query("SELECT boundary.prepare_day(($1::timestamptz AT TIME ZONE 'UTC')::date - $2::int)", [
        now,
        day,
      ]);
    for (let from = 0; from < count; from += BATCH)
      await admin.query(ROWS, [
        from,
        Math.min(count, from + BATCH) - 1,
        count,
        now,
        Number(rows[0]?.sites),
        DAYS,
      ]);
    await admin.query("ANALYZE");
  } finally {
    await admin.end();
  }
}

// Everything follows from the row's number, so that two runs write the same.
const ROWS = `
INSERT INTO boundary.crossings (id, began_at, ended_at, customer_id, deployment_id, gateway, direction, kind, outcome, reason, rule_id,
  purpose, peer_name, peer_address, peer_port, client_id, client_name, client_address, method, path, status, bytes_in, bytes_out,
  tls_version, latency_ms)
SELECT 'crs_' || lpad(n::text, 26, '0'), at, at + make_interval(secs => h % 90), s.customer_id, s.id, 'door-a',
  CASE WHEN k % 6 = 0 THEN 'ingress' ELSE 'egress' END,
  (ARRAY['connection','connection','connection','request','pull','delivery','webhook','callback'])[1 + k % 8],
  CASE WHEN h % 20 = 0 THEN 'refused' WHEN h % 97 = 0 THEN 'failed' ELSE 'allowed' END,
  CASE WHEN h % 20 = 0 THEN 'no_rule' WHEN h % 97 = 0 THEN 'peer_reset' END,
  CASE WHEN h % 20 <> 0 THEN s.rules[1 + k % greatest(1, cardinality(s.rules))] END, NULL,
  (ARRAY['api.workos.com','auth.workos.com','setup.workos.com','time.example.com','updates.example.com','login.example.org',
    'ldap.example.org','smtp.example.org','mirror.example.net','collector.example.net','api.example.net','cdn.example.net'])[1 + k % 12],
  ('104.' || 16 + h % 16 || '.' || (h / 16) % 256 || '.' || (h / 4096) % 254 + 1)::inet,
  CASE WHEN k = 15 THEN 8443 ELSE 443 END, 'gwc_' || k % 5, (ARRAY['Application','Worker','Mailer','Updater','Collector'])[1 + k % 5],
  ('10.' || h % 8 || '.' || (h / 8) % 256 || '.' || (h / 2048) % 254 + 1)::inet,
  CASE WHEN k % 8 > 2 THEN (ARRAY['GET','POST'])[1 + h % 2] END, CASE WHEN k % 8 > 2 THEN '/user_management/users/' || h % 1000 END,
  CASE WHEN k % 8 > 2 THEN 200 END, (h % 40000)::bigint, (h % 9000)::bigint, 'TLSv1.3', h % 180
FROM generate_series($1::bigint, $2::bigint) AS n
CROSS JOIN LATERAL (SELECT abs(hashint8(n))::bigint AS h) AS hash
CROSS JOIN LATERAL (SELECT h % 16 AS k) AS sort
CROSS JOIN LATERAL (SELECT date_trunc('milliseconds', $4::timestamptz - make_interval(secs => ($3::bigint - n)::float8 / $3::bigint * $6::int * 86400)) AS at) AS moment
JOIN sites s ON s.place = (h / 64) % least(100, $5::bigint)`;

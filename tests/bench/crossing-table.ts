import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgresAccount, REACHABLE_DIR } from "#lib/cli/account.ts";
import { freePort } from "#lib/cli/ports.ts";
import { startPostgres } from "#lib/cli/postgres.ts";
import { migrate } from "#prisma/migrate.ts";
import { PASSWORDS } from "./identity-program.ts";

// Ten million crossings of a month, as a vendor with two thousand deployments would have them: some large, most small; each with its
// rules, each rule with its host and its application; offices behind a few addresses, and strangers that knock. It takes some minutes to
// make, and is kept in the folder for temporary files: take it away when you need the room.

export const ROWS = Number(process.env.SALLYPORT_BENCH_CROSSINGS ?? 10_000_000);
export const DAYS = 30;
export const FIRST_DAY = "2026-10-29";
const DEPLOYMENTS = 2_000;
const FOLDER = join(tmpdir(), `sallyport-bench-crossings-${ROWS}`);

export interface CrossingTable {
  adminUrl: string;
  stop(): Promise<void>;
}

/** The database with the crossings, filled the first time; or, for a second process, the one that the first has started. */
export async function openCrossingTable(): Promise<CrossingTable> {
  const addressFile = join(FOLDER, "address");
  const running = existsSync(addressFile) ? readFileSync(addressFile, "utf8") : null;
  if (running && (await answers(running))) return { adminUrl: running, stop: async () => undefined };
  mkdirSync(FOLDER, { recursive: true });
  chmodSync(FOLDER, 0o711);
  const filled = join(FOLDER, "filled");
  if (!existsSync(filled)) rmSync(join(FOLDER, "data"), { recursive: true, force: true });
  const postgres = await startPostgres({
    dataDir: join(FOLDER, "data"),
    programsDir: postgresAccount() ? REACHABLE_DIR : FOLDER,
    logFile: join(FOLDER, "postgres.log"),
    port: await freePort(),
    password: "only-for-the-benches",
    // More than PostgreSQL takes by itself, as anybody with such a table gives it.
    settings: ["shared_buffers=512MB", "max_wal_size=4GB", "random_page_cost=1.1", "jit=off"],
  });
  const adminUrl = `${postgres.url}/crossings`;
  if (!existsSync(filled)) {
    await fill(postgres.url);
    writeFileSync(filled, "");
  }
  writeFileSync(addressFile, adminUrl);
  return {
    adminUrl,
    async stop() {
      rmSync(addressFile, { force: true });
      await postgres.stop();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function fill(serverUrl: string): Promise<void> {
  const first = new pg.Client({ connectionString: `${serverUrl}/postgres` });
  await first.connect();
  await first.query("CREATE DATABASE crossings");
  await first.end();
  await migrate(`${serverUrl}/crossings`, PASSWORDS);
  const client = new pg.Client({ connectionString: `${serverUrl}/crossings` });
  await client.connect();
  await client.query(
    "SET maintenance_work_mem = '512MB'; SET synchronous_commit = off; SET work_mem = '256MB'",
  );
  await client.query(SITES);
  await client.query(MADE);
  // The peer's: the same rows in one table.
  await client.query("CREATE TABLE public.plain (LIKE boundary.crossings)");
  for (let day = 0; day < DAYS; day += 1) await fillDay(client, day);
  for (const statement of COUNTED) await client.query(statement);
  for (const columns of ["deployment_id, began_at", "began_at", "peer_address", "peer_name", "outcome"])
    await client.query(`CREATE INDEX ON public.plain (${columns})`);
  for (const table of [
    "public.plain",
    "boundary.crossings",
    "boundary.crossing_hours",
    "boundary.crossing_days",
    "boundary.crossing_totals",
    "boundary.crossing_peers",
    "boundary.peer_names",
    "boundary.rule_uses",
  ])
    await client.query(`VACUUM ANALYZE ${table}`);
  await client.end();
}

/** Beside the table, and attached once it is full: indexes are built faster at once than row by row. */
async function fillDay(client: pg.Client, day: number): Promise<void> {
  const date = new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + day * 86_400_000).toISOString().slice(0, 10);
  const name = `boundary_days.crossings_${date.replaceAll("-", "")}`;
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  await client.query(
    `CREATE TABLE ${name} (LIKE boundary.crossings INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`,
  );
  await client.query(`ALTER TABLE ${name} OWNER TO sallyport_owner`);
  await client.query(
    `INSERT INTO ${name} SELECT * FROM bench_crossings('${date}', ${Math.ceil(ROWS / DAYS)})`,
  );
  await client.query(`INSERT INTO public.plain SELECT * FROM ${name}`);
  await client.query(
    `ALTER TABLE boundary.crossings ATTACH PARTITION ${name} FOR VALUES FROM ('${date} 00:00:00+00') TO ('${next} 00:00:00+00')`,
  );
}

const SITES = `
INSERT INTO console.customers (id, name, slug, updated_at) SELECT 'cus_' || upper(substr(md5('customer' || n), 1, 26)), 'Customer ' || n, 'customer-' || n, now()
  FROM generate_series(0, ${DEPLOYMENTS / 4} - 1) n;
INSERT INTO console.deployments (id, customer_id, name, mode, updated_at)
  SELECT 'dep_' || upper(substr(md5('deployment' || n), 1, 26)), 'cus_' || upper(substr(md5('customer' || n / 4), 1, 26)), 'Site ' || n, 'restricted', now()
  FROM generate_series(0, ${DEPLOYMENTS} - 1) n;
CREATE TABLE public.bench_sites AS SELECT n, 'dep_' || upper(substr(md5('deployment' || n), 1, 26)) AS deployment_id,
  'cus_' || upper(substr(md5('customer' || n / 4), 1, 26)) AS customer_id, 'env_' || upper(substr(md5('environment' || n), 1, 26)) AS environment_id
  FROM generate_series(0, ${DEPLOYMENTS} - 1) n`;

const HOSTS = [
  "api.workos.com",
  "auth.workos.com",
  "setup.workos.com",
  "cdn.workos.com",
  "splunk.siem.example.net",
];
const PURPOSES = [
  "Sign-in and directory API",
  "Sign-in pages",
  "Admin Portal",
  "Static files",
  "Log streams",
];
const array = (values: string[]) => `ARRAY[${values.map((value) => `'${value}'`).join(", ")}]`;

// r: which of the site's rules; k: everything else that varies. A rule has its host, and a host its application.
const MADE = `
CREATE FUNCTION bench_crossings(p_day date, p_rows integer) RETURNS SETOF boundary.crossings LANGUAGE sql AS $$
SELECT 'crs_' || lpad(upper(to_hex((extract(epoch FROM m.at) * 1000)::bigint)), 12, '0') || upper(substr(md5(k::text || m.at), 1, 14)),
  m.at, m.at + latency * interval '3 ms', s.customer_id, s.deployment_id, s.environment_id, 'door-' || (k % 2),
  CASE WHEN egress THEN 'egress' ELSE 'ingress' END,
  CASE WHEN NOT egress THEN CASE WHEN r % 3 = 0 THEN 'webhook' ELSE 'callback' END WHEN r = 0 THEN 'pull' ELSE 'connection' END,
  CASE WHEN refused THEN 'refused' WHEN k % 97 = 0 THEN 'failed' ELSE 'allowed' END,
  CASE WHEN refused THEN (ARRAY['no_rule', 'sni_differs', 'address_private'])[1 + k % 3] WHEN k % 97 = 0 THEN 'timed_out' END,
  CASE WHEN NOT refused THEN 'rule_' || upper(substr(md5(s.deployment_id || r || egress), 1, 26)) END,
  CASE WHEN NOT refused THEN (${array(PURPOSES)})[1 + r % 5] END,
  CASE WHEN egress THEN CASE WHEN refused AND k % 4 = 0 THEN 'host-' || k % 5000 || '.example.org' WHEN r < 5 THEN (${array(HOSTS)})[1 + r]
    ELSE 'host-' || r || '.site-' || s.n || '.example' END END,
  CASE WHEN egress THEN ('104.' || 16 + r % 8 || '.' || r * 7 % 256 || '.' || k % 4)::inet
    WHEN refused THEN (1 + k % 200 || '.' || k % 251 || '.' || k % 241 || '.' || k % 239)::inet
    WHEN r % 3 = 0 THEN ('44.213.245.' || k % 9)::inet
    WHEN k % 5 = 0 THEN ('2001:db8:' || to_hex(s.n) || '::' || to_hex(k % 20))::inet
    ELSE (20 + s.n % 180 || '.' || s.n % 251 || '.7.' || k % 30)::inet END,
  CASE WHEN egress THEN 443 ELSE 20000 + k % 40000 END,
  CASE WHEN egress THEN 'client_' || substr(md5(s.deployment_id || r % 3), 1, 20) END,
  CASE WHEN egress THEN (ARRAY['billing', 'portal', 'directory-sync'])[1 + r % 3] END,
  CASE WHEN egress THEN ('10.0.' || s.n % 256 || '.' || r % 3)::inet END,
  CASE WHEN NOT egress THEN 'POST' END,
  CASE WHEN NOT egress THEN (ARRAY['/webhooks/workos', '/callback', '/sso/acs'])[1 + r % 3] END,
  CASE WHEN NOT egress THEN CASE WHEN refused THEN 403 ELSE 200 END END,
  k * 13 % 90000, k * 7 % 20000, 'TLSv1.3', CASE WHEN egress THEN md5(r::text) || md5(r::text) END, latency,
  CASE WHEN k % 3 = 0 THEN 'evt_' || upper(substr(md5(m.at::text || k), 1, 26)) END, NULL::integer
FROM (
  SELECT p_day::timestamp AT TIME ZONE 'UTC' + floor(random() * 86399999) * interval '1 ms' AS at,
    floor(${DEPLOYMENTS} * random() ^ 3)::integer AS n, random() < 0.75 AS egress, random() < 0.04 AS refused,
    (random() * 1000000)::integer AS k, floor(20 * random() ^ 2)::integer AS r, (random() ^ 4 * 3000)::integer AS latency
  FROM generate_series(1, p_rows)
) m JOIN public.bench_sites s USING (n) ORDER BY m.at
$$`;

const DIMENSIONS = `coalesce(environment_id, '') AS environment_id, direction, kind, outcome, coalesce(reason, '') AS reason,
  coalesce(rule_id, '') AS rule_id, coalesce(peer_name, host(peer_address), '') AS peer,
  coalesce(client_name, client_id, host(client_address), '') AS client`;
const KEY = `md5(concat_ws(chr(31), environment_id, direction, kind, outcome, reason, rule_id, peer, client))::uuid`;

/** What the trigger keeps of each statement that writes, at once for all. */
const COUNTED = [
  `INSERT INTO boundary.crossing_hours (deployment_id, at, key, customer_id, environment_id, direction, kind, outcome, reason, rule_id, peer,
    client, count, bytes_in, bytes_out)
  SELECT deployment_id, at, ${KEY}, customer_id, environment_id, direction, kind, outcome, reason, rule_id, peer, client, count(*),
    sum(bytes_in), sum(bytes_out)
  FROM (SELECT deployment_id, date_trunc('hour', began_at, 'UTC') AS at, customer_id, ${DIMENSIONS}, bytes_in, bytes_out FROM boundary.crossings) c
  GROUP BY 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12`,
  `INSERT INTO boundary.crossing_days (deployment_id, at, key, customer_id, environment_id, direction, kind, outcome, reason, rule_id, peer,
    client, count, bytes_in, bytes_out)
  SELECT deployment_id, date_trunc('day', at, 'UTC'), key, min(customer_id), min(environment_id), min(direction), min(kind), min(outcome),
    min(reason), min(rule_id), min(peer), min(client), sum(count), sum(bytes_in), sum(bytes_out)
  FROM boundary.crossing_hours GROUP BY 1, 2, 3`,
  `INSERT INTO boundary.crossing_totals
  SELECT 'hours', at, md5(concat_ws(chr(31), share, direction, kind, outcome, reason, client))::uuid, direction, kind, outcome, reason, client, count
  FROM (SELECT at, hashtext(deployment_id) & 7 AS share, direction, kind, outcome, reason, client, sum(count) AS count
    FROM boundary.crossing_hours GROUP BY 1, 2, 3, 4, 5, 6, 7) c`,
  `INSERT INTO boundary.crossing_totals
  SELECT 'days', date_trunc('day', at, 'UTC') AS day, key, min(direction), min(kind), min(outcome), min(reason), min(client), sum(count)
  FROM boundary.crossing_totals GROUP BY day, key`,
  `INSERT INTO boundary.crossing_peers
  SELECT at, md5(concat_ws(chr(31), share, peer, direction, kind, outcome, reason, client))::uuid, peer, direction, kind, outcome, reason, client, count
  FROM (SELECT at, hashtext(deployment_id) & 7 AS share, peer, direction, kind, outcome, reason, client, sum(count) AS count
    FROM boundary.crossing_days WHERE peer <> '' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) c`,
  `INSERT INTO boundary.peer_names (name, last_at) SELECT peer COLLATE "C", max(at) FROM boundary.crossing_peers GROUP BY 1`,
  `INSERT INTO boundary.rule_uses (deployment_id, rule_id, customer_id, first_at, last_at)
  SELECT deployment_id, coalesce(rule_id, ''), min(customer_id), min(began_at), max(began_at)
  FROM boundary.crossings GROUP BY GROUPING SETS ((deployment_id), (deployment_id, rule_id)) HAVING GROUPING(rule_id) = 1 OR rule_id IS NOT NULL`,
];

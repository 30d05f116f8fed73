import pg from "pg";
import { clean } from "../bounds.ts";
import { dial } from "./connect.ts";
import { type Check, type Finding, type Site, shut } from "./site.ts";

const VERSION_MIN = 150_000;

/** The database: with its address in the environment it is asked; without, it is only seen whether something listens. */
export function databaseChecks(site: Site): Check[] {
  const { databaseUrl } = site.secrets;
  const { database } = site.plan;
  if (databaseUrl)
    return [
      {
        id: "database",
        group: "database",
        title: databaseTitle(databaseUrl),
        steps: 4,
        run: () => askDatabase(site, databaseUrl),
      },
    ];
  if (!database) return [];
  const { host, port } = database;
  return [
    {
      id: "database",
      group: "database",
      title: `PostgreSQL at ${host}:${port}`,
      steps: 3,
      run: () => knock(site, host, port),
    },
  ];
}

const EXPECTED = "PostgreSQL 15 or later, with every migration";

async function knock(site: Site, host: string, port: number): Promise<Finding> {
  const { addresses } = await site.resolve(host);
  const [address] = addresses;
  if (!address)
    return {
      outcome: "failed",
      code: "database_no_address",
      expected: EXPECTED,
      found: "its name does not resolve",
      mend: `Have the name ${host} resolve on this machine.`,
      ask: "dns_team",
    };
  const attempt = await dial(address, port, site.timeoutMs);
  if (!attempt.ok) return unreached(site, { host, port, addresses }, attempt.words);
  attempt.socket.destroy();
  return {
    outcome: "warning",
    code: "database_unasked",
    expected: EXPECTED,
    found: "something listens there",
    mend: "To have it asked, run the doctor with DATABASE_URL set. It is kept nowhere.",
    ask: "machine_admin",
  };
}

function unreached(
  site: Site,
  { host, port, addresses }: { host: string; port: number; addresses: string[] },
  found: string,
): Finding {
  const wanted = { protocol: "tcp", port, host, addresses, purpose: "Reach the database" } as const;
  return shut(site, wanted, { code: "database_unreached", expected: EXPECTED, found });
}

async function askDatabase(site: Site, url: string): Promise<Finding> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: site.timeoutMs,
    query_timeout: site.timeoutMs,
    application_name: "sallyport-doctor",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await judgeDatabase(site, client);
  } catch (error) {
    return refusal(site, url, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function judgeDatabase(site: Site, client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ version: number; name: string; bytes: string; read_only: boolean }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
     pg_database_size(current_database())::text AS bytes, pg_is_in_recovery() AS read_only`,
  );
  const [server] = rows;
  if (!server) throw new Error("it says nothing of itself");
  const size = `${(Number(server.bytes) / 1024 ** 2).toFixed(0)} MB`;
  const about = `PostgreSQL ${clean(server.name, 60)}, ${size}`;
  const wrong = (outcome: "failed" | "warning", code: string, found: string, mend: string): Finding => ({
    ...{ outcome, code, expected: EXPECTED, found: `${about}, ${found}`, mend, ask: "machine_admin" },
  });
  if (server.version < VERSION_MIN)
    return wrong("failed", "database_old", "too old", "Bring the server to PostgreSQL 15 or later.");
  if (server.read_only)
    return wrong(
      "failed",
      "database_read_only",
      "a copy that only reads",
      "Point DATABASE_URL at the server that writes.",
    );
  const migrations = await readMigrations(client);
  if (!migrations)
    return wrong(
      "warning",
      "database_empty",
      "without Sallyport's tables",
      "They are made at the first start; if it has been started before, this is another database.",
    );
  if (migrations.failed > 0)
    return wrong(
      "failed",
      "database_migration_failed",
      `${migrations.failed} migrations did not go through`,
      "Start Sallyport again; if it fails again, send what it says to the vendor.",
    );
  const wanted = site.plan.migration;
  if (wanted && migrations.last < wanted)
    return wrong(
      "failed",
      "database_behind",
      `last migration ${clean(migrations.last, 80) || "none"}`,
      `${wanted} is missing: start this version of Sallyport once, which brings it up to date.`,
    );
  return {
    outcome: "passed",
    code: "database_good",
    expected: EXPECTED,
    found: `${about}, ${migrations.count} migrations`,
  };
}

async function readMigrations(
  client: pg.Client,
): Promise<{ count: number; failed: number; last: string } | null> {
  const { rows: tables } = await client.query<{ schema: string }>(
    "SELECT table_schema AS schema FROM information_schema.tables WHERE table_name = '_prisma_migrations' LIMIT 1",
  );
  const [table] = tables;
  if (!table) return null;
  const at = `${client.escapeIdentifier(table.schema)}._prisma_migrations`;
  const { rows } = await client.query<{ count: number; failed: number; last: string | null }>(
    `SELECT count(finished_at)::int AS count,
     count(*) FILTER (WHERE finished_at IS NULL AND rolled_back_at IS NULL)::int AS failed,
     max(migration_name) FILTER (WHERE finished_at IS NOT NULL) AS last FROM ${at}`,
  );
  const [found] = rows;
  return found ? { ...found, last: found.last ?? "" } : null;
}

function refusal(site: Site, url: string, error: unknown): Finding {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const { host, port } = placeOf(url);
  if (/^E[A-Z]+$/.test(code) || /timeout/i.test(String(error)))
    return unreached(
      site,
      { host, port, addresses: [] },
      clean(code === "ENOTFOUND" ? "its name does not resolve" : code || "no answer in time"),
    );
  const found =
    code === "28P01"
      ? "refuses the name or password"
      : code === "3D000"
        ? "has no such database"
        : `refuses (${clean(code, 20) || "no reason given"})`;
  return {
    outcome: "failed",
    code: "database_refuses",
    expected: EXPECTED,
    found,
    mend: "Check DATABASE_URL.",
    ask: "machine_admin",
  };
}

/** Where it is: never what is written around it, which holds the password. */
function databaseTitle(url: string): string {
  const { host, port } = placeOf(url);
  return `PostgreSQL at ${host}:${port}`;
}

function placeOf(url: string): { host: string; port: number } {
  if (!URL.canParse(url)) return { host: "unknown", port: 5432 };
  const { hostname, port, searchParams } = new URL(url);
  return { host: searchParams.get("host") ?? (hostname || "localhost"), port: Number(port || 5432) };
}

import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "#prisma/migrate.ts";
import { type RolePasswords, roleUrl } from "#prisma/roles.ts";
import { isReachable, postgresAccount, REACHABLE_DIR } from "./account.ts";
import type { Settings } from "./env.ts";
import { Failure } from "./failure.ts";
import { type Postgres, runningPostgres, startPostgres } from "./postgres.ts";
import type { Secrets } from "./secrets.ts";

export interface Database {
  adminUrl: string;
  /** In words, for the summary. */
  where: string;
  /** The embedded server, when this process started it. */
  server: Postgres | null;
}

/** The names of the databases that the embedded server holds. */
export type DatabaseName = "sallyport" | "sallyport_demo";

/** Connects to the operator's PostgreSQL, or starts the embedded one and makes the database in it. */
export async function openDatabase(
  settings: Settings,
  secrets: Secrets,
  name: DatabaseName,
): Promise<Database> {
  if (settings.databaseUrl) {
    const adminUrl = name === "sallyport" ? settings.databaseUrl : withDatabase(settings.databaseUrl, name);
    await checkAnswers(settings.databaseUrl);
    if (name !== "sallyport") await createDatabase(settings.databaseUrl, name);
    return { adminUrl, where: shownUrl(adminUrl), server: null };
  }
  const home = postgresHome(settings.dataDir);
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const server = await startPostgres({
    dataDir: join(home, "postgres"),
    programsDir: home,
    logFile: join(settings.dataDir, "logs/postgres.log"),
    port: settings.ports.database,
    password: secrets.databaseAdmin,
    settings: ["max_connections=200"],
  });
  await createDatabase(`${server.url}/postgres`, name);
  return { adminUrl: `${server.url}/${name}`, where: join(home, "postgres"), server };
}

/** The address of the database that is open already, or of the one that had to be started for this command. */
export async function borrowDatabase(
  settings: Settings,
  secrets: Secrets,
  name: DatabaseName,
): Promise<Database> {
  const dataDir = join(postgresHome(settings.dataDir), "postgres");
  const running = settings.databaseUrl ? null : runningPostgres(dataDir);
  if (!running) return await openDatabase(settings, secrets, name);
  const adminUrl = `postgresql://postgres:${secrets.databaseAdmin}@127.0.0.1:${running.port}/${name}`;
  return { adminUrl, where: dataDir, server: null };
}

/** Where the embedded server's files live: in the data folder, if the account that runs it can get there. */
export function postgresHome(dataDir: string): string {
  if (isReachable(join(dataDir, "postgres"), postgresAccount())) return dataDir;
  return join(REACHABLE_DIR, createHash("sha256").update(dataDir).digest("hex").slice(0, 12));
}

/** Brings the database up to date; returns the migrations that were missing. */
export async function migrateDatabase(database: Database, secrets: Secrets): Promise<string[]> {
  return await migrate(database.adminUrl, rolePasswords(secrets));
}

/** The address each program connects to. */
export function programUrls(database: Database, secrets: Secrets): Record<keyof RolePasswords, string> {
  const passwords = rolePasswords(secrets);
  const socketDir = database.server?.socketDir ?? null;
  const url = (program: keyof RolePasswords) =>
    throughSocket(roleUrl(database.adminUrl, program, passwords[program]), socketDir);
  return {
    console: url("console"),
    worker: url("worker"),
    identity: url("identity"),
    gateway: url("gateway"),
  };
}

/** The same address by the socket file of a server on this machine, where it has one. */
export function throughSocket(url: string, socketDir: string | null): string {
  if (socketDir === null) return url;
  const through = new URL(url);
  through.searchParams.set("host", socketDir);
  return through.href;
}

function rolePasswords(secrets: Secrets): RolePasswords {
  return {
    console: secrets.databaseConsole,
    worker: secrets.databaseWorker,
    identity: secrets.databaseIdentity,
    gateway: secrets.databaseGateway,
  };
}

async function checkAnswers(url: string): Promise<void> {
  const refuse = (reason: string, cause?: unknown) =>
    new Failure(`The database at ${shownUrl(url)} refuses: ${reason}. Check DATABASE_URL.`, { cause });
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    throw refuse(error instanceof Error ? error.message || String(error) : String(error), error);
  }
  try {
    const { rows } = await client.query<{ version: number; may_prepare: boolean }>(PREPARABLE);
    const [found] = rows;
    if (!found || found.version < 150_000)
      throw refuse("it is older than PostgreSQL 15, which is the oldest that works");
    if (!found.may_prepare) throw refuse("its role may not create roles and schemas, which setting up takes");
  } finally {
    await client.end();
  }
}

/** Whether this is a server that works, and a role that may set it up. */
const PREPARABLE = `SELECT current_setting('server_version_num')::int AS version,
  (rolsuper OR rolcreaterole) AND has_database_privilege(current_database(), 'CREATE') AS may_prepare
  FROM pg_roles WHERE rolname = current_user`;

async function createDatabase(adminUrl: string, name: DatabaseName): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function shownUrl(url: string): string {
  const shown = new URL(url);
  shown.password = "";
  return shown.href;
}

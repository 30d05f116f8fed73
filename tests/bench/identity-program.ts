import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { postgresAccount, REACHABLE_DIR } from "#lib/cli/account.ts";
import { bundleIdentityService } from "#lib/cli/build.ts";
import { throughSocket } from "#lib/cli/database.ts";
import { freePort } from "#lib/cli/ports.ts";
import { startPostgres } from "#lib/cli/postgres.ts";
import { IDENTITY_SERVICE, IDENTITY_SERVICE_ENV } from "#lib/cli/programs.ts";
import { migrate } from "#prisma/migrate.ts";
import { roleUrl } from "#prisma/roles.ts";

export const MANAGEMENT_TOKEN = "management-token-only-for-the-benches";
export const PASSWORDS = { console: "console", worker: "worker", identity: "identity", gateway: "gateway" };

export interface DurableDatabase {
  adminUrl: string;
  identityUrl: string;
  gatewayUrl: string;
  /** Of a database beside it that is empty, for a peer. */
  emptyUrl: string;
  /** The same, by the way our programs take. */
  emptySocketUrl: string;
  stop(): Promise<void>;
}

/** A migrated database of its own, as durable as PostgreSQL is by itself. */
export async function startDurableDatabase(): Promise<DurableDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  chmodSync(folder, 0o711);
  const postgres = await startPostgres({
    dataDir: join(folder, "data"),
    programsDir: postgresAccount() ? REACHABLE_DIR : folder,
    logFile: join(folder, "postgres.log"),
    port: await freePort(),
    password: "only-for-the-benches",
    settings: [],
  });
  const admin = new pg.Client({ connectionString: `${postgres.url}/postgres` });
  await admin.connect();
  for (const name of ["bench", "empty"]) await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  await migrate(`${postgres.url}/bench`, PASSWORDS);
  return {
    adminUrl: `${postgres.url}/bench`,
    identityUrl: throughSocket(
      roleUrl(`${postgres.url}/bench`, "identity", PASSWORDS.identity),
      postgres.socketDir,
    ),
    gatewayUrl: throughSocket(
      roleUrl(`${postgres.url}/bench`, "gateway", PASSWORDS.gateway),
      postgres.socketDir,
    ),
    emptyUrl: `${postgres.url}/empty`,
    emptySocketUrl: throughSocket(`${postgres.url}/empty`, postgres.socketDir),
    async stop() {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface IdentityProgram {
  url: string;
  pid: number;
  /** From before the program was started until its first answer of 200. */
  startedInMs: number;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "../..");

/** The service as `npm start` runs it: its own process, started from its bundle. */
export async function startIdentityProgram(
  databaseUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<IdentityProgram> {
  await bundleIdentityService(ROOT, new AbortController().signal);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const begun = performance.now();
  const child = spawnIdentityProgram(databaseUrl, port, more);
  await firstAnswer(`${url}/health`, child);
  const startedInMs = performance.now() - begun;
  // Its clock has been compared with the database's then, and it does all it can do.
  await firstAnswer(`${url}/ready`, child);
  return { url, pid: child.pid ?? 0, startedInMs, stop: () => end(child) };
}

/** Starts what is bundled already, and does not wait for it. */
export function spawnIdentityProgram(
  databaseUrl: string,
  port: number,
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, IDENTITY_SERVICE, {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      ...IDENTITY_SERVICE_ENV,
      SALLYPORT_IDENTITY_DATABASE_URL: databaseUrl,
      SALLYPORT_IDENTITY_SEALING_KEY: Buffer.alloc(32, 3).toString("base64"),
      SALLYPORT_IDENTITY_PORT: String(port),
      SALLYPORT_IDENTITY_URL: `http://127.0.0.1:${port}`,
      SALLYPORT_IDENTITY_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
      SALLYPORT_LOG_LEVEL: "warn",
      ...more,
    },
  });
}

/** Waits until an address answers 200. @throws when its program ends before. */
export async function firstAnswer(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(2);
  }
  throw new Error(`The program for ${url} ended before it answered.`);
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

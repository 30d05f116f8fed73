import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, postgresAccount } from "./account.ts";
import { Failure } from "./failure.ts";
import { requireFreePort } from "./ports.ts";
import { postgresPrograms } from "./postgres-programs.ts";

export interface PostgresOptions {
  dataDir: string;
  /** Where a copy of the programs goes, if one is needed. */
  programsDir: string;
  logFile: string;
  port: number;
  password: string;
  /** Settings beyond PostgreSQL's own, as `name=value`. */
  settings: readonly string[];
}

export interface Postgres {
  /** The administrator's address, without a database name. */
  url: string;
  /** Where its socket file lies, which is a faster way to it than a port; null where a socket file cannot be there. */
  socketDir: string | null;
  /** Resolves when the server has ended, however it came about. */
  ended: Promise<void>;
  /** Ends the server after it has written everything down; open connections are cut. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/** Starts PostgreSQL on this machine's loopback, creating its data folder the first time. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const account = postgresAccount();
  const programs = postgresPrograms(account, options.programsDir);
  if (!existsSync(join(options.dataDir, "PG_VERSION"))) createDataDir(programs, options, account);
  await endLeftOver(options.dataDir);
  await requireFreePort(options.port, "127.0.0.1", "SALLYPORT_DATABASE_PORT");
  const { server, ended } = await startServer(programs, options, account);
  const url = `postgresql://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}`;
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown: roll back what is open, write a checkpoint, end.
    if (server.exitCode === null) server.kill("SIGINT");
    await ended;
  };
  return { url, socketDir: socketDir(options), ended, stop };
}

/** What the kernel allows for the path of a socket file, one byte for its end left out. */
const SOCKET_PATH_BYTES_MAX = 103;

/** The data folder, which nobody but the server's account and root may enter; unless its path is too long, or odd. */
function socketDir({ dataDir, port }: PostgresOptions): string | null {
  const path = join(dataDir, `.s.PGSQL.${port}`);
  return Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX && /^[\w./-]+$/.test(path) ? dataDir : null;
}

/** The address of a server that already runs on this data folder, or null. */
export function runningPostgres(dataDir: string): { pid: number; port: number } | null {
  const file = join(dataDir, "postmaster.pid");
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").split("\n");
  const pid = Number(lines[0]);
  return isServer(pid, dataDir) ? { pid, port: Number(lines[3]) } : null;
}

function createDataDir(programs: string, options: PostgresOptions, account: Account | undefined): void {
  // Only a folder without PG_VERSION comes here: what is in it was left by a start that was cut short.
  rmSync(options.dataDir, { recursive: true, force: true });
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const passwordFile = join(options.dataDir, "..", `.password-${process.pid}`);
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (account) {
    for (const path of [options.dataDir, passwordFile]) chownSync(path, account.uid, account.gid);
  }
  const args = ["-D", options.dataDir, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const locale = ["-E", "UTF8", "--no-locale", "--locale-provider=icu", "--icu-locale=und"];
  try {
    execFileSync(join(programs, "initdb"), [...args, ...locale, "--no-sync"], {
      ...account,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
    });
  } finally {
    rmSync(passwordFile);
  }
}

/**
 * Where a server was killed, processes of its own may live on for a moment, and would write the same files as the new one's.
 * PostgreSQL sees them and does not start; then it is tried again until they are gone.
 */
async function startServer(
  programs: string,
  options: PostgresOptions,
  account: Account | undefined,
): Promise<{ server: ChildProcess; ended: Promise<void> }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const server = spawnServer(programs, options, account);
    const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
    try {
      await waitUntilReady(server, options);
      return { server, ended };
    } catch (error) {
      if (!STILL_IN_USE.test(String(error)) || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

const STILL_IN_USE = /pre-existing shared memory block .* is still in use/;

function spawnServer(programs: string, options: PostgresOptions, account: Account | undefined): ChildProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, "a", 0o600);
  const always = [
    "listen_addresses=127.0.0.1",
    `port=${options.port}`,
    `unix_socket_directories=${socketDir(options) ?? ""}`,
  ];
  const settings = [...always, ...options.settings].flatMap((setting) => ["-c", setting]);
  // Its own process group: Ctrl-C in the terminal must not reach it before the programs that use it have ended.
  const stdio: ["ignore", number, number] = ["ignore", log, log];
  const args = ["-D", options.dataDir, ...settings];
  const server = spawn(join(programs, "postgres"), args, { ...account, cwd: "/", detached: true, stdio });
  closeSync(log);
  return server;
}

/** PostgreSQL writes `ready` into its pid file. Asking the port instead might reach somebody else's server. */
async function waitUntilReady(server: ChildProcess, options: PostgresOptions): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!isReady(server, options.dataDir)) {
    if (server.exitCode !== null) {
      throw new Failure(
        `PostgreSQL did not start: ${lastComplaint(options.logFile)} (see ${options.logFile})`,
      );
    }
    if (Date.now() > deadline)
      throw new Failure(`PostgreSQL is not ready after a minute (see ${options.logFile}).`);
    await sleep(20);
  }
}

function isReady(server: ChildProcess, dataDir: string): boolean {
  const file = join(dataDir, "postmaster.pid");
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, "utf8").split("\n");
  return Number(lines[0]) === server.pid && lines[7]?.trim() === "ready";
}

function lastComplaint(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  return lines.findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? lines.at(-1) ?? "it said nothing";
}

/**
 * A supervisor that was killed outright leaves its server running, or only the server's pid file. The first is ended. The
 * second goes where some other process has that number now, which PostgreSQL would take for itself; otherwise it stays, for by
 * it PostgreSQL finds what is left of the one before.
 */
async function endLeftOver(dataDir: string): Promise<void> {
  const running = runningPostgres(dataDir);
  if (!running) {
    const file = join(dataDir, "postmaster.pid");
    if (existsSync(file) && isAlive(Number.parseInt(readFileSync(file, "utf8"), 10))) rmSync(file);
    return;
  }
  process.kill(running.pid, "SIGINT");
  while (isServer(running.pid, dataDir)) await sleep(50);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isServer(pid: number, dataDir: string): boolean {
  try {
    const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes("postgres") && command.includes(dataDir);
  } catch {
    return false;
  }
}

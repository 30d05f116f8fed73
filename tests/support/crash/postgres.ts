import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { vi } from "vitest";
import { postgresAccount, REACHABLE_DIR } from "#lib/cli/account.ts";
import { freePort } from "#lib/cli/ports.ts";
import { runningPostgres, startPostgres } from "#lib/cli/postgres.ts";
import { migrate } from "#prisma/migrate.ts";
import { roleUrl } from "#prisma/roles.ts";

/** A PostgreSQL as durable as an installation's, which can be killed. */
export interface MortalPostgres {
  adminUrl: string;
  identityUrl: string;
  /** Kills all of it at once. */
  kill(): Promise<void>;
  /** Starts it again on what is on the disk. */
  start(): Promise<void>;
  killAndStart(): Promise<void>;
  /** From now on it is started again whenever it ends, as often as that takes. */
  tend(): void;
  stop(): Promise<void>;
}

interface Where {
  /** Where its files are; otherwise a folder of its own. */
  folder?: string;
  settings?: readonly string[];
}

export async function startMortalPostgres({
  folder = mkdtempSync(join(tmpdir(), "sallyport-crash-")),
  settings = [],
}: Where = {}): Promise<MortalPostgres> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711);
  const options = {
    dataDir: join(folder, "data"),
    programsDir: postgresAccount() ? REACHABLE_DIR : folder,
    logFile: join(folder, "postgres.log"),
    port: await freePort(),
    password: "only-for-the-test",
    settings,
  };
  let postgres = await startPostgres(options);
  const admin = new pg.Client({ connectionString: `${postgres.url}/postgres` });
  await admin.connect();
  await admin.query("CREATE DATABASE crash");
  await admin.end();
  const adminUrl = `${postgres.url}/crash`;
  await migrate(adminUrl, { console: "console", worker: "worker", identity: "identity", gateway: "gateway" });
  const killAll = async () => {
    const pid = runningPostgres(options.dataDir)?.pid ?? 0;
    const all = [pid, ...childrenOf(pid)];
    for (const each of all) kill(each);
    await postgres.ended;
    // None of the old processes may be left when new ones write the same files.
    await vi.waitUntil(() => all.every((each) => !existsSync(`/proc/${each}`)), 30_000);
  };
  const start = async () => {
    postgres = await startPostgres(options);
  };
  let stopped = false;
  const tend = async () => {
    for (;;) {
      await postgres.ended;
      if (stopped) return;
      await start().catch(() => sleep(100));
    }
  };
  let tending: Promise<void> = Promise.resolve();
  return {
    adminUrl,
    identityUrl: roleUrl(adminUrl, "identity", "identity"),
    kill: killAll,
    start,
    async killAndStart() {
      await killAll();
      await start();
    },
    tend() {
      tending = tend();
    },
    async stop() {
      stopped = true;
      await postgres.stop();
      await tending;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Gone by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { postgresAccount, REACHABLE_DIR } from "#lib/cli/account.ts";
import { freePort } from "#lib/cli/ports.ts";
import { type PostgresOptions, runningPostgres, startPostgres } from "#lib/cli/postgres.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function newOptions(): Promise<PostgresOptions> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-test-"));
  chmodSync(folder, 0o711);
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return {
    dataDir: join(folder, "data"),
    programsDir: postgresAccount() ? REACHABLE_DIR : folder,
    logFile: join(folder, "postgres.log"),
    port: await freePort(),
    password: "only-for-the-test",
    settings: ["fsync=off"],
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: `${url}/postgres` });
  // It is to lose its server.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

const processesOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").map(Number).filter(Boolean);

test.skipIf(process.platform !== "linux")(
  "a server does not start beside what is left of the one before, which was killed; when that is gone, it does",
  async () => {
    const options = await newOptions();
    const first = await startPostgres(options);
    const client = await connect(first.url);
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const left = rows[0]?.pid ?? 0;
    const server = runningPostgres(options.dataDir)?.pid ?? 0;
    process.kill(left, "SIGSTOP");
    closing.push(() => {
      try {
        process.kill(left, "SIGKILL");
      } catch {
        // Gone, as it should be.
      }
    });
    const others = processesOf(server).filter((pid) => pid !== left);
    for (const pid of [server, ...others]) process.kill(pid, "SIGKILL");
    await first.ended;
    const starting = startPostgres(options);
    await vi.waitUntil(() => readFileSync(options.logFile, "utf8").includes("is still in use"), 30_000);
    process.kill(left, "SIGKILL");
    const second = await starting;
    closing.push(second.stop);
    const again = await connect(second.url);
    expect((await again.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await again.end();
  },
);

test("a pid file that names some other program's process keeps nobody from starting", async () => {
  const options = await newOptions();
  const first = await startPostgres(options);
  await first.stop();
  writeFileSync(join(options.dataDir, "postmaster.pid"), `${process.pid}\n${options.dataDir}\n`);
  const second = await startPostgres(options);
  await second.stop();
});

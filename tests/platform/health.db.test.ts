import type { Server } from "node:http";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GET as consoleMetrics } from "#app/api/metrics/route.ts";
import { GET as consoleReady } from "#app/api/ready/route.ts";
import { freePort } from "#lib/cli/ports.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { serveHealth } from "#lib/worker/server.ts";
import type { TestDatabase } from "#tests/support/cluster.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type RunningIdentityService, startIdentityService } from "#tests/support/identity-service.ts";

let database: TestDatabase;
let server: pg.Client;
let worker: Server;
let workerUrl = "";
let identity: RunningIdentityService;

beforeAll(async () => {
  const port = await freePort();
  vi.stubEnv("SALLYPORT_WORKER_PORT", String(port));
  database = await testDatabase();
  worker = await serveHealth();
  workerUrl = `http://127.0.0.1:${port}`;
  identity = await startIdentityService(database.identityUrl);
  server = new pg.Client({ connectionString: database.adminUrl.replace(/\/[^/]*$/, "/postgres") });
  await server.connect();
});
afterAll(async () => {
  await letIn(true);
  worker.close();
  await identity.close();
  await server.end();
  await closeDatabase();
  vi.unstubAllEnvs();
});

test("without its database a program is alive and not ready, and ready again with it", async () => {
  expect(await states()).toEqual({ alive: [200, 200], ready: [200, 200, 200] });
  await letIn(false);
  expect(await states()).toEqual({ alive: [200, 200], ready: [503, 503, 503] });
  await letIn(true);
  await expect.poll(states, { timeout: 30_000 }).toEqual({ alive: [200, 200], ready: [200, 200, 200] });
});

test("the figures are Prometheus's, and a path that there is not is not found", async () => {
  for (const answer of [await consoleMetrics(), await fetch(`${workerUrl}/metrics`)]) {
    expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await answer.text()).toContain("# TYPE process_cpu_seconds_total counter");
  }
  expect((await fetch(`${workerUrl}/`)).status).toBe(404);
});

async function states() {
  const status = async (url: string) => (await fetch(url)).status;
  return {
    alive: [await status(`${workerUrl}/health`), await status(`${identity.url}/health`)],
    ready: [
      (await consoleReady()).status,
      await status(`${workerUrl}/ready`),
      await status(`${identity.url}/ready`),
    ],
  };
}

/** Opens the database to everybody, or shuts everybody out who is in. */
async function letIn(open: boolean): Promise<void> {
  const name = new URL(database.adminUrl).pathname.slice(1);
  await server.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS ${open}`);
  if (!open)
    await server.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", [
      name,
    ]);
}

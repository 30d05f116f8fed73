import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type EventsApi, startEventsApi } from "#tests/support/events-api.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { bufferedIds, sourceOf } from "#tests/support/pulling.ts";

const EVENTS = 2_500;

let pool: Pool;
let api: EventsApi;
let start: (name: string) => ChildProcess;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 4, "dep_1");
  api = await startEventsApi();
  api.add(EVENTS);
  api.delayMs = 40;
  const home = await mkdtemp(join(tmpdir(), "killed-"));
  const file = join(home, "configuration.json");
  await writeFile(file, JSON.stringify(exampleConfiguration({ sources: [sourceOf(api.url)] })));
  start = (name) => {
    const child = spawn(process.execPath, ["lib/gateway/main.ts"], {
      env: {
        ...process.env,
        SALLYPORT_GATEWAY_DATABASE_URL: urls.gatewayUrl,
        SALLYPORT_GATEWAY_SEALING_KEY: Buffer.alloc(32, 5).toString("base64"),
        SALLYPORT_GATEWAY_CONFIGURATION: file,
        SALLYPORT_GATEWAY_DATA_DIR: join(home, name),
        SALLYPORT_GATEWAY_NAME: name,
        SALLYPORT_GATEWAY_PARTS: "relay",
        SALLYPORT_GATEWAY_PORT: "0",
        SALLYPORT_LOG_LEVEL: "silent",
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    return child;
  };
});
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await Promise.all([pool.end(), api.close()]);
});

const kill = async (child: ChildProcess) => {
  child.kill("SIGKILL");
  await once(child, "exit");
};
/** As after its fifteen seconds. Where its holder is alive it is taken from it: then the fence has to hold. */
const endLease = () =>
  pool.query("UPDATE boundary.relay_cursors SET leased_until = now(), next_pull_at = now()");
async function untilMore(): Promise<void> {
  const before = (await bufferedIds(pool)).length;
  await vi.waitUntil(async () => (await bufferedIds(pool)).length > before, { timeout: 30_000, interval: 7 });
}

test("gateways that are killed while they pull lose nothing, repeat nothing and keep the order", {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < 4; round += 1) {
    const victim = start(`victim-${round}`);
    await untilMore();
    await kill(victim);
    await endLease();
  }
  expect((await bufferedIds(pool)).length).toBeLessThan(EVENTS);
  const two = [start("one"), start("other")] as const;
  await untilMore();
  await endLease();
  await untilMore();
  await kill(two[0]);
  await endLease();
  await vi.waitUntil(async () => (await bufferedIds(pool)).length >= EVENTS, {
    timeout: 60_000,
    interval: 50,
  });
  expect(await bufferedIds(pool)).toEqual(api.events.map(({ id }) => id));
});

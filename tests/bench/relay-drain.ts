/**
 * `npm run bench -- relay-drain [--events 1000000]`: a backlog is delivered to one endpoint, the gateway's memory looked at; and then
 * a thousand events a second for a while, with how long each took from the buffer to the application. Ends with 1 where the memory did
 * not stay flat (see `judgeMemory`).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { listen } from "#lib/gateway/relay/delivery/listen.ts";
import { Runner } from "#lib/gateway/relay/delivery/runner.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { putEvents } from "#tests/support/relay/events.ts";
import { startDurableDatabase } from "./identity-program.ts";
import { judgeMemory, type MemorySample } from "./memory.ts";
import { OBJECTS, type Receiver, SECRET, startReceiver } from "./relay-side.ts";

const CHUNK = 50_000;
const PACE = { everyMs: 10, events: 10, forS: 30 };

// A heap that may grow is cleared seldom, and says nothing about what is held: what does not fit here ends the program.
const SMALL_HEAP = ["--max-old-space-size=80", "--max-semi-space-size=4"];

export async function drain(events: number): Promise<boolean> {
  if (!SMALL_HEAP.every((flag) => process.execArgv.includes(flag))) {
    const again = [...process.execArgv, ...SMALL_HEAP, ...process.argv.slice(1)];
    const [code] = await once(spawn(process.execPath, again, { stdio: "inherit" }), "exit");
    return code === 0;
  }
  const database = await startDurableDatabase();
  const receiver = await startReceiver({ ORDERED: "1", TIMED: "1" });
  const pool = openPool(database.gatewayUrl, 4, "dep_1");
  try {
    const first = await start(pool, receiver.url);
    await first.stop();
    for (let from = 0; from < events; from += CHUNK)
      await putEvents(pool, Math.min(CHUNK, events - from), { objects: OBJECTS, from });
    const { done } = await receiver.expect(events);
    const samples: MemorySample[] = [];
    const begun = performance.now();
    const runner = await start(pool, receiver.url);
    const unlisten = listen(database.gatewayUrl, () => runner.wake(), console.error);
    const sampling = setInterval(() => samples.push(sample(begun)), 250);
    const { received } = await done;
    clearInterval(sampling);
    const seconds = (performance.now() - begun) / 1_000;
    const memory = judgeMemory(samples);
    const paced = await pace(pool, receiver, events);
    await runner.stop();
    await unlisten();
    const summary = { events, received, perSecond: Math.round(events / seconds), ...memory, paced };
    console.dir(summary, { breakLength: 120 });
    const folder = new URL("../../bench-results/", import.meta.url);
    await mkdir(folder, { recursive: true });
    await writeFile(
      new URL("relay-drain.json", folder),
      `${JSON.stringify({ ...summary, samples }, null, 2)}\n`,
    );
    return memory.isFlat;
  } finally {
    receiver.close();
    await pool.end();
    await database.stop();
  }
}

async function start(pool: Pool, url: string): Promise<Runner> {
  const [endpoint] = exampleConfiguration({
    endpoints: [
      { id: "endpoint_1", name: "App", url, signature: "workos", secrets: [SECRET], in_flight: 64 } as never,
    ],
  }).endpoints;
  if (!endpoint) throw new Error("There is no endpoint.");
  const place = { customerId: "cus_1", deploymentId: "dep_1", endpointId: endpoint.id, gateway: "bench" };
  const around = {
    ...{ pool, log: console as never, clock: () => new Date() },
    boundary: () => "inside" as const,
    record: () => undefined,
  };
  const runner = await Runner.start(around, place, endpoint);
  if (!runner) throw new Error("Somebody else holds it.");
  return runner;
}

async function pace(pool: Pool, receiver: Receiver, from: number): Promise<object> {
  const count = (PACE.forS * 1_000 * PACE.events) / PACE.everyMs;
  const { done } = await receiver.expect(count);
  const begun = performance.now();
  for (let put = 0; put < count; put += PACE.events) {
    const at = begun + (put / PACE.events) * PACE.everyMs;
    if (performance.now() < at) await sleep(at - performance.now());
    await putEvents(pool, PACE.events, { objects: OBJECTS, from: from + put });
  }
  const offeredPerSecond = Math.round(count / ((performance.now() - begun) / 1_000));
  const { p50, p99 } = await done;
  return { offeredPerSecond, p50Ms: p50, p99Ms: p99 };
}

function sample(begun: number): MemorySample {
  const { rss, heapUsed } = process.memoryUsage();
  return { atS: (performance.now() - begun) / 1_000, rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 };
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { startEndpoint } from "#tests/support/relay/endpoint.ts";
import { putEvents } from "#tests/support/relay/events.ts";
import { RelayBench } from "#tests/support/relay/runner.ts";

// Two gateways deliver from one database, and are killed (SIGKILL) by turns at random moments, while events come in and the
// application fails now and then. The application keeps a ledger: of each object it must have taken an event before the next comes.

const KILLS = Number(process.env.SALLYPORT_TEST_KILLS ?? 20);
const OBJECTS = 40;
const BURST = 150;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test(
  "whatever is killed whenever, every event arrives, and none before its predecessor was taken",
  async () => {
    const { gatewayUrl } = await testDatabase();
    const relay = new RelayBench(gatewayUrl);
    closing.push(() => relay.pool.end());
    /** By object: how many of its events were taken, in order. */
    const taken = new Map<string, number>();
    const faults: string[] = [];
    let [repeated, failed] = [0, 0];
    const application = await startEndpoint(({ object, number }, response) => {
      const turn = Math.floor(number / OBJECTS);
      const next = taken.get(object) ?? 0;
      if (turn > next) faults.push(`${object}: number ${turn} came before ${next} was taken`);
      if (turn < next) repeated += 1;
      const chance = Math.random();
      if (chance < 0.02) {
        failed += 1;
        response.statusCode = 500;
        response.end();
      } else if (chance < 0.03) {
        failed += 1;
        response.socket?.resetAndDestroy();
      } else if (chance < 0.04) {
        // Longer than a lease lasts; it counts as not taken, and is not.
        failed += 1;
        setTimeout(() => response.end(), 1_500);
      } else {
        if (turn === next) taken.set(object, next + 1);
        response.end();
      }
    });
    closing.push(application.close);
    const endpoint = { ...relay.endpoint(application.url, { in_flight: 8 }), timeout_seconds: 0.3 };
    // It is there before its events are: a new endpoint begins with what comes.
    await (await relay.must(endpoint)).stop();
    const began = Date.now();
    const start = async (name: string): Promise<ChildProcess> => {
      const told = {
        databaseUrl: gatewayUrl,
        name,
        endpoints: [endpoint],
        began,
        haste: 50,
        leaseMarginMs: 400,
      };
      const child = fork(new URL("../../../support/relay/worker.ts", import.meta.url), [], {
        execArgv: ["--conditions=react-server"],
        env: { ...process.env, RELAY_WORKER: JSON.stringify(told) },
      });
      const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
      if (first !== "ready") throw new Error("A gateway ended before it was at work.");
      return child;
    };
    const kill = async (child: ChildProcess) => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    };
    const workers = [await start("gateway_1"), await start("gateway_2")];
    closing.push(() => Promise.all(workers.map(kill)));

    let put = 0;
    for (let kills = 0; kills < KILLS; kills += 1) {
      await putEvents(relay.pool, BURST, { objects: OBJECTS, from: put });
      put += BURST;
      await sleep(100 + Math.random() * 900);
      const which = kills % 2;
      await kill(workers[which] as ChildProcess);
      workers[which] = await start(`gateway_${which + 1}`);
    }
    await expect
      .poll(async () => (await relay.state(endpoint)).delivered, { timeout: 120_000, interval: 200 })
      .toBeGreaterThanOrEqual(put);
    await expect
      .poll(async () => relay.state(endpoint), { timeout: 60_000, interval: 200 })
      .toMatchObject({ atEnd: true, waiting: 0, dead: 0 });
    expect(faults).toEqual([]);
    expect([...taken.values()].reduce((sum, each) => sum + each, 0)).toBe(put);
    // It was no easy time: otherwise nothing was tried here.
    expect(failed).toBeGreaterThan(0);
    expect(repeated).toBeGreaterThan(0);
  },
  60_000 + KILLS * 15_000,
);

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openReplays, type Replay, replayOn } from "#lib/gateway/relay/delivery/replay.ts";
import type { Runner } from "#lib/gateway/relay/delivery/runner.ts";
import { readHeld } from "#lib/gateway/relay/delivery/states.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import type { GatewayEndpoint } from "#lib/shared/gateway/configuration.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { startEndpoint, type TestEndpoint } from "#tests/support/relay/endpoint.ts";
import { putEvents } from "#tests/support/relay/events.ts";
import { RelayBench } from "#tests/support/relay/runner.ts";

const WAIT = { timeout: 10_000 };
let relay: RelayBench;
let app: TestEndpoint;
let refuses = (_number: number): boolean => false;
beforeAll(async () => {
  relay = new RelayBench((await testDatabase()).gatewayUrl);
  app = await startEndpoint(({ number }, response) => {
    response.statusCode = refuses(number) ? 500 : 200;
    response.end();
  });
});
afterAll(async () => {
  await app.close();
  await relay.pool.end();
});
afterEach(async () => {
  await relay.clear();
  app.received.length = 0;
  refuses = () => false;
});

function errand(endpoint: GatewayEndpoint, more: Partial<Replay> = {}): Replay {
  errands += 1;
  return {
    kind: "replay",
    id: `errand_${errands}`,
    endpoint_id: endpoint.id,
    event_ids: [],
    from: null,
    to: null,
    ...more,
  };
}
let errands = 0;

/** As the gateway does it, until the errand is done. */
async function run(runner: Runner, replay: Replay): Promise<void> {
  const configuration = exampleConfiguration({ endpoints: [runner.endpoint], errands: [replay] });
  await expect
    .poll(async () => {
      const open = await openReplays(relay.pool, configuration);
      for (const each of open)
        await runner.replay((place, fence) =>
          replayOn(relay.pool, place, fence, runner.endpoint, each, relay.clock()),
        );
      return open.length;
    }, WAIT)
    .toBe(0);
}

const numbers = () => app.received.map(({ number }) => number).sort((a, b) => a - b);

test("what is dead is delivered again on request, though its event has left the buffer", async () => {
  refuses = (number) => number < 2;
  const endpoint = relay.endpoint(app.url);
  const runner = await relay.must(endpoint);
  await putEvents(relay.pool, 6, { objects: 3 });
  runner.wake();
  await expect.poll(async () => (await relay.state(endpoint)).waiting, WAIT).toBe(4);
  relay.pass(3 * DAY_MS);
  await expect.poll(() => relay.state(endpoint), WAIT).toMatchObject({ waiting: 0, dead: 2 });
  // A console that cannot look here is told of them one by one.
  const told = await readHeld(relay.pool, exampleConfiguration({ endpoints: [endpoint] }));
  expect(GatewayReport.shape.held.parse(told)).toEqual(
    ["event_0000000001", "event_0000000000"].map((event_id) =>
      expect.objectContaining({ endpoint_id: endpoint.id, event_id, state: "dead", status: 500 }),
    ),
  );
  refuses = () => false;
  app.received.length = 0;
  await relay.pool.query("DELETE FROM boundary.relay_events");
  await run(runner, errand(endpoint));
  await expect.poll(() => relay.state(endpoint), WAIT).toMatchObject({ waiting: 0, dead: 0 });
  expect(numbers()).toEqual([0, 1]);
  expect(JSON.parse(app.received.find(({ number }) => number === 0)?.body ?? "")).toMatchObject({
    object: "event",
    id: "event_0000000000",
  });
});

test("one that fails again holds up nothing new, is tried for three days more, and is dead again", async () => {
  refuses = (number) => number === 0;
  const endpoint = relay.endpoint(app.url);
  const runner = await relay.must(endpoint);
  await putEvents(relay.pool, 1, { objects: 1 });
  runner.wake();
  await expect.poll(async () => (await relay.state(endpoint)).waiting, WAIT).toBe(1);
  relay.pass(3 * DAY_MS);
  await expect.poll(async () => (await relay.state(endpoint)).dead, WAIT).toBe(1);
  await run(runner, errand(endpoint, { event_ids: ["event_0000000000"] }));
  await expect.poll(() => relay.state(endpoint), WAIT).toMatchObject({ waiting: 1, dead: 0 });
  await putEvents(relay.pool, 3, { objects: 1, from: 1 });
  runner.wake();
  await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(3);
  relay.pass(3 * DAY_MS);
  await expect.poll(() => relay.state(endpoint), WAIT).toMatchObject({ waiting: 0, dead: 1 });
});

test("a range is delivered again, in order, once, as far as the endpoint wants to hear of it", async () => {
  const endpoint = relay.endpoint(app.url, { events: ["user.*"] });
  const runner = await relay.must(endpoint);
  await putEvents(relay.pool, 2_500, { objects: 7 });
  await putEvents(relay.pool, 10, { from: 2_500, event: "dsync.user.created" });
  runner.wake();
  await expect.poll(async () => (await relay.state(endpoint)).delivered, WAIT).toBe(2_500);
  app.received.length = 0;
  const again = errand(endpoint, { from: "2020-01-01T00:00:00Z" });
  await run(runner, again);
  await expect.poll(async () => (await relay.state(endpoint)).delivered, { timeout: 20_000 }).toBe(5_000);
  await run(runner, again);
  expect(numbers()).toEqual(Array.from({ length: 2_500 }, (_, number) => number));
  for (let object = 0; object < 7; object += 1) {
    const ofOne = app.received.filter((received) => received.object === `user_${object}`);
    expect(ofOne.map(({ number }) => number)).toEqual(
      ofOne.map(({ number }) => number).sort((a, b) => a - b),
    );
  }
});

test("an errand for an endpoint that there is not says so, and is done with", async () => {
  const endpoint = relay.endpoint(app.url);
  const lost = errand({ ...endpoint, id: "endpoint_of_nobody" });
  const configuration = exampleConfiguration({ endpoints: [endpoint], errands: [lost] });
  expect(await openReplays(relay.pool, configuration)).toEqual([]);
  const { rows } = await relay.pool.query(
    "SELECT problem, done_at IS NOT NULL AS done FROM boundary.relay_errands WHERE id = $1",
    [lost.id],
  );
  expect(rows).toEqual([{ problem: "There is no such endpoint.", done: true }]);
});

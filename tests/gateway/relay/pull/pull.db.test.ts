import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import type { Source } from "#lib/gateway/relay/pull/events-api.ts";
import { prepareCursors, takeLeases } from "#lib/gateway/relay/pull/leases.ts";
import { createPuller } from "#lib/gateway/relay/pull/puller.ts";
import type { Pulling } from "#lib/gateway/relay/pull/start.ts";
import { pullOn } from "#lib/gateway/relay/pull/turn.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type EventsApi, json, saying, startEventsApi } from "#tests/support/events-api.ts";
import { bufferedIds, cursorOf, pulling, SIDE, sourceOf, untilBuffered } from "#tests/support/pulling.ts";
import { wireEvent } from "#tests/support/relayed-events.ts";

let pool: Pool;
let second: Pool;
let admin: pg.Client;
let api: EventsApi;
const started: Pulling[] = [];

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 8, "dep_1");
  second = openPool(urls.gatewayUrl, 8, "dep_1");
  admin = new pg.Client({ connectionString: urls.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await Promise.all([pool.end(), second.end(), admin.end()]);
});
beforeEach(async () => {
  api = await startEventsApi();
  await admin.query(
    `TRUNCATE boundary.relay_events, boundary.relay_buffers, boundary.relay_past_ids, boundary.relay_gaps, boundary.relay_cursors,
       boundary.relay_errands`,
  );
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
  await api.close();
});

const start = (sources: Source[], from = pool, changes: Parameters<typeof pulling>[2] = {}) => {
  const one = pulling(from, sources, changes);
  started.push(one);
  return one;
};
const gaps = async () =>
  (
    await pool.query(
      "SELECT from_at, to_at, count, reason, source_id FROM boundary.relay_gaps ORDER BY created_at",
    )
  ).rows;
/** Stops one, and has the next find its environment due: a quiet one is left alone for up to ten seconds. */
const stop = async (one: Pulling) => {
  await one.stop();
  await pool.query("UPDATE boundary.relay_cursors SET next_pull_at = now()");
};
const ids = () => api.events.map(({ id }) => id);

test("takes everything there is in its order, and goes on where it stopped", async () => {
  api.add(350);
  const first = start([sourceOf(api.url)]);
  await untilBuffered(pool, 350);
  await stop(first);
  expect(await bufferedIds(pool)).toEqual(ids());
  const asked = api.asked.length;
  api.add(3);
  start([sourceOf(api.url)]);
  await untilBuffered(pool, 353);
  expect(await bufferedIds(pool)).toEqual(ids());
  expect(api.asked[asked]?.get("after")).toBe("event_000350");
  expect(await cursorOf(pool)).toMatchObject({ after: "event_000353", failures: 0, problem: null });
});

test("each pull is a crossing, with its environment and its outcome and nothing of the question", async () => {
  api.strange.push(saying(503));
  api.add(1);
  const { crossings } = start([sourceOf(`${api.url}/base`)]);
  await untilBuffered(pool, 1);
  const ended = crossings.filter(({ endedAt }) => endedAt);
  expect(ended.slice(0, 2)).toMatchObject([
    { outcome: "failed", reason: "pull_failing", status: 503 },
    {
      outcome: "allowed",
      reason: null,
      status: 200,
      kind: "pull",
      direction: "egress",
      path: "/base/events",
    },
  ]);
  expect(ended[1]).toMatchObject({
    clientId: "source_1",
    environmentId: "environment_1",
    peerName: "127.0.0.1",
  });
  expect(JSON.stringify(crossings)).not.toMatch(/sk_test|order=/);
});

test("two gateways never pull the same environment at once, and nothing comes twice", async () => {
  const apis = await Promise.all(Array.from({ length: 4 }, async () => await startEventsApi()));
  for (const one of apis) {
    one.add(500);
    // Slow enough for the other to come meanwhile.
    one.strange.push(
      ...Array.from({ length: 4 }, (_, page) => (_: unknown, response: Parameters<typeof json>[0]) => {
        const data = one.events.slice(page * 100, page * 100 + 100);
        setTimeout(
          () => json(response, 200, { object: "list", data, list_metadata: { after: data.at(-1)?.id } }),
          100,
        );
      }),
    );
  }
  const sources = apis.map((one, at) =>
    sourceOf(one.url, { id: `source_${at}`, environment_id: `environment_${at}` }),
  );
  start(sources, pool);
  start(sources, second);
  for (const [at, one] of apis.entries()) {
    await untilBuffered(pool, 500, `environment_${at}`);
    expect(await bufferedIds(pool, `environment_${at}`)).toEqual(one.events.map(({ id }) => id));
    expect(one.atOnce).toBe(1);
  }
  await Promise.all(started.splice(0).map((one) => one.stop()));
  await Promise.all(apis.map((one) => one.close()));
});

test("whoever slept through its lease writes nothing any more", async () => {
  api.add(5);
  const source = sourceOf(api.url);
  await prepareCursors(pool, SIDE, [source]);
  const take = async () => (await takeLeases(pool, SIDE, ["environment_1"], "worker", 1))[0];
  const early = await take();
  expect(await take()).toBeUndefined();
  await pool.query("UPDATE boundary.relay_cursors SET leased_until = now() - interval '1 second'");
  const late = await take();
  if (!early || !late) throw new Error("It could not be leased.");
  const puller = createPuller({
    pool,
    side: SIDE,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined } as never,
    recorder: { record: () => undefined },
    fetch,
    ending: new AbortController().signal,
    count: () => 1,
  });
  await expect(pullOn(puller, source, early, () => true)).rejects.toThrow("environment_1");
  expect(await bufferedIds(pool)).toEqual([]);
  await pullOn(puller, source, late, () => true);
  expect(await bufferedIds(pool)).toEqual(ids());
});

test("a lease or a wait that ends further ahead than any can means that the clock went back", async () => {
  api.add(2);
  await prepareCursors(pool, SIDE, [sourceOf(api.url)]);
  await pool.query(
    `UPDATE boundary.relay_cursors SET leased_until = now() + interval '1 day', next_pull_at = now() + interval '1 day',
       leased_by = 'nobody'`,
  );
  start([sourceOf(api.url)]);
  await untilBuffered(pool, 2);
});

test("a bad hour loses nothing and repeats nothing, and what was wrong is said while it is", async () => {
  api.add(250);
  const html = (_: unknown, response: Parameters<typeof json>[0]) =>
    void response.writeHead(200).end("<html>Just a moment</html>");
  api.strange.push(saying(500), html, (request) => void request.socket.resetAndDestroy());
  start([sourceOf(api.url)]);
  await vi.waitUntil(async () => (await cursorOf(pool))?.problem === "Its answer is no JSON.", 10_000);
  await untilBuffered(pool, 250);
  expect(await bufferedIds(pool)).toEqual(ids());
  expect(await cursorOf(pool)).toMatchObject({ problem: null, failures: 0 });
  expect(await gaps()).toEqual([]);
});

test("one environment that is told to wait has the others of the same API wait", async () => {
  const sources = ["a", "b"].map((name) => sourceOf(api.url, { id: name, environment_id: name }));
  const elsewhere = await startEventsApi();
  const apart = sourceOf(elsewhere.url, { id: "c", environment_id: "c" });
  elsewhere.add(1);
  const limit = saying(429, {}, { "retry-after": "120" });
  api.strange.push(limit, limit);
  start([...sources, apart]);
  await untilBuffered(pool, 1, "c");
  await vi.waitUntil(async () => {
    const { rows } = await pool.query(
      "SELECT bool_and(next_pull_at > now() + interval '100 seconds') AS waits FROM boundary.relay_cursors WHERE environment_id IN ('a', 'b')",
    );
    return rows[0].waits;
  }, 10_000);
  await started.shift()?.stop();
  await elsewhere.close();
});

test("a cursor that the other side has forgotten is a gap, and reading goes on behind it", async () => {
  api.add(120);
  const one = start([sourceOf(api.url)]);
  await untilBuffered(pool, 120);
  await stop(one);
  api.events.splice(0);
  api.add(80);
  api.events.splice(0, 30);
  // Nothing of the last hour is left: the first that is answers for what went before.
  for (const [at, event] of api.events.entries())
    event.created_at = new Date(Date.UTC(2026, 10, 3) + at).toISOString();
  start([sourceOf(api.url)]);
  await untilBuffered(pool, 171);
  const [gap, ...more] = await gaps();
  expect(more).toEqual([]);
  expect(gap).toMatchObject({ count: null, reason: "cursor_lost", source_id: "source_1" });
  expect(gap.from_at.toISOString()).toBe("2026-11-01T00:02:00.000Z");
  expect(gap.to_at.toISOString()).toBe("2026-11-03T00:00:00.000Z");
  const { rows } = await pool.query(
    "SELECT event FROM boundary.relay_events WHERE environment_id = 'environment_1' ORDER BY seq OFFSET 120 LIMIT 2",
  );
  expect(rows.map(({ event }) => event)).toEqual(["sallyport.gap", "user.created"]);
});

test("a cursor that is refused while the event is still there loses nothing", async () => {
  api.add(10);
  const one = start([sourceOf(api.url)]);
  await untilBuffered(pool, 10);
  await stop(one);
  api.add(5);
  api.strange.push(saying(400));
  start([sourceOf(api.url)]);
  await untilBuffered(pool, 15);
  expect(await bufferedIds(pool)).toEqual(ids());
  expect(await gaps()).toEqual([]);
});

test("a side that refuses everything proves nothing: the cursor stays", async () => {
  api.add(3);
  const one = start([sourceOf(api.url)]);
  await untilBuffered(pool, 3);
  await stop(one);
  api.strange.push(saying(422), saying(422));
  start([sourceOf(api.url)]);
  await vi.waitUntil(async () => (await cursorOf(pool))?.failures === 1, 10_000);
  expect(await cursorOf(pool)).toMatchObject({
    after: "event_000003",
    problem: "It refuses what it is asked (status 422).",
  });
  expect(await gaps()).toEqual([]);
});

test("an event that cannot be read is a gap of one, and does not stop the rest", async () => {
  api.add(2);
  api.events.push({ ...wireEvent("event_bad"), created_at: "the day before" });
  api.events.push(wireEvent("event_good"));
  start([sourceOf(api.url)]);
  await untilBuffered(pool, 4);
  expect(await gaps()).toMatchObject([{ count: "1", reason: "unreadable" }]);
  expect((await bufferedIds(pool)).slice(0, 3)).toEqual(["event_000001", "event_000002", "event_good"]);
});

test("an environment that is paused, or that is no longer configured, is left alone", async () => {
  const sources = [sourceOf(api.url, { paused: true })];
  const configuration = { sources, errands: [] };
  start([], pool, { configuration: () => configuration });
  api.add(1);
  const other = await startEventsApi();
  other.add(1);
  sources.push(sourceOf(other.url, { id: "other", environment_id: "other" }));
  await untilBuffered(pool, 1, "other");
  expect(api.asked).toEqual([]);
  await started.shift()?.stop();
  await other.close();
});

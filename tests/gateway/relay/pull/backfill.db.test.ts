import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import type { Backfill } from "#lib/gateway/relay/pull/backfill.ts";
import type { Pulling } from "#lib/gateway/relay/pull/start.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type EventsApi, saying, startEventsApi } from "#tests/support/events-api.ts";
import { bufferedIds, pulling, sourceOf, untilBuffered } from "#tests/support/pulling.ts";

let pool: Pool;
let admin: pg.Client;
let api: EventsApi;
const started: Pulling[] = [];

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 8, "dep_1");
  admin = new pg.Client({ connectionString: urls.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await Promise.all([pool.end(), admin.end()]);
});
beforeEach(async () => {
  api = await startEventsApi();
  await admin.query(
    "TRUNCATE boundary.relay_events, boundary.relay_buffers, boundary.relay_past_ids, boundary.relay_cursors, boundary.relay_errands",
  );
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
  await api.close();
});

const errand = (changes: Partial<Backfill> = {}): Backfill => ({
  kind: "backfill",
  id: "errand_1",
  source_id: "source_1",
  from: "2026-11-01T00:00:00.000Z",
  to: "2026-11-01T00:03:20.000Z",
  ...changes,
});
const start = (errands: Backfill[]) => {
  const configuration = { sources: [sourceOf(api.url)], errands };
  const one = pulling(pool, configuration.sources, { configuration: () => configuration });
  started.push(one);
  return one;
};
const errandOf = async () =>
  (await pool.query("SELECT done_at, problem FROM boundary.relay_errands WHERE id = 'errand_1'")).rows[0];
const untilDone = () =>
  vi.waitUntil(async () => (await errandOf())?.done_at, { timeout: 10_000, interval: 50 });

/** Everything is there but what was lost: the first 250, which no id is kept of. */
async function pulledWithLoss() {
  api.add(400);
  const one = start([]);
  await untilBuffered(pool, 400);
  await one.stop();
  await pool.query("DELETE FROM boundary.relay_events WHERE id <= 'event_000250'");
  await pool.query("UPDATE boundary.relay_cursors SET next_pull_at = now()");
  api.asked.length = 0;
}

test("a range that is pulled again comes behind what is there, once, and ends where it is to end", async () => {
  await pulledWithLoss();
  start([errand()]);
  await untilDone();
  const ids = await bufferedIds(pool);
  expect(ids.slice(0, 150)).toEqual(api.events.slice(250).map(({ id }) => id));
  expect(ids.slice(150)).toEqual(api.events.slice(0, 200).map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test("it is done once, however often a gateway starts", async () => {
  await pulledWithLoss();
  const one = start([errand()]);
  await untilDone();
  await one.stop();
  await pool.query("UPDATE boundary.relay_cursors SET next_pull_at = now()");
  api.asked.length = 0;
  start([errand()]);
  await vi.waitUntil(() => api.asked.length > 0, 10_000);
  await started.at(-1)?.stop();
  expect(api.asked.filter((query) => query.has("range_start"))).toEqual([]);
});

test("one that broke off goes on where it was, and what is new is not held up by it", async () => {
  await pulledWithLoss();
  // The new, the first page of the range, and then trouble.
  const usual = (
    request: Parameters<(typeof api.strange)[0]>[0],
    response: Parameters<(typeof api.strange)[0]>[1],
  ) => api.answer(request, response);
  api.strange.push(usual, usual, saying(500));
  const one = start([errand()]);
  await vi.waitUntil(
    async () => (await errandOf())?.problem !== null && (await errandOf()) !== undefined,
    10_000,
  );
  await one.stop();
  expect(await errandOf()).toMatchObject({ done_at: null, problem: "It answers with status 500." });
  await pool.query("UPDATE boundary.relay_cursors SET next_pull_at = now()");
  api.add(1);
  api.asked.length = 0;
  start([errand()]);
  await untilDone();
  expect(api.asked.map((query) => query.get("after")).slice(0, 2)).toEqual(["event_000400", "event_000100"]);
  const ids = await bufferedIds(pool);
  expect(ids).toContain("event_000401");
  expect(new Set(ids).size).toBe(ids.length);
  expect((await errandOf()).problem).toBeNull();
});

test("a range longer than the API answers for at once is asked for in windows", async () => {
  start([errand({ from: "2026-08-01T00:00:00.000Z", to: "2026-10-15T00:00:00.000Z" })]);
  await untilDone();
  const windows = api.asked.flatMap((query) =>
    query.has("range_end") ? [[query.get("range_start"), query.get("range_end")]] : [],
  );
  expect(windows).toEqual([
    ["2026-08-01T00:00:00.000Z", "2026-08-30T00:00:00.000Z"],
    ["2026-08-30T00:00:00.000Z", "2026-09-28T00:00:00.000Z"],
    ["2026-09-28T00:00:00.000Z", "2026-10-15T00:00:00.000Z"],
  ]);
});

test("a range that is refused is given up, and says so", async () => {
  const usual = (...exchange: Parameters<EventsApi["answer"]>) => api.answer(...exchange);
  api.strange.push(usual, saying(422));
  start([errand()]);
  await untilDone();
  expect((await errandOf()).problem).toBe("It refuses what it is asked (status 422).");
});

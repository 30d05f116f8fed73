import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { appendEvents, inTransaction } from "#lib/gateway/relay/append.ts";
import { forgetPastIds, keepWithin } from "#lib/gateway/relay/buffer/keep-within.ts";
import { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { bufferedIds, SIDE } from "#tests/support/pulling.ts";
import { arrival } from "#tests/support/relayed-events.ts";

type Endpoint = GatewayConfiguration["endpoints"][number];

let pool: Pool;
let admin: pg.Client;

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 4, "dep_1");
  admin = new pg.Client({ connectionString: urls.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await Promise.all([pool.end(), admin.end()]);
});
beforeEach(async () => {
  await admin.query(
    `TRUNCATE boundary.relay_events, boundary.relay_buffers, boundary.relay_past_ids, boundary.relay_gaps,
       boundary.relay_endpoints, boundary.relay_deliveries`,
  );
});

const NOW = new Date("2026-12-24T00:00:00.000Z");
const BIG = { id: "user_1", blob: "x".repeat(10_000) };

/** So many events of ten kilobytes each, a second apart. */
async function fill(count: number, changes: object = {}): Promise<void> {
  const arrivals = Array.from({ length: count }, (_, at) =>
    arrival(`event_${String(at).padStart(4, "0")}`, {
      data: BIG,
      created_at: new Date(Date.UTC(2026, 10, 1) + at * 1_000).toISOString(),
      ...changes,
    }),
  );
  await inTransaction(pool, (client) => appendEvents(client, SIDE, arrivals));
}
const endpoint = (id: string, changes: Partial<Endpoint> = {}) => ({
  id,
  name: id,
  url: "http://127.0.0.1:9/",
  signature: "workos" as const,
  secrets: ["secret-of-the-endpoint"],
  ...changes,
});
/** Endpoints that have had everything up to the event at this place, counted from one. */
async function upTo(places: Record<string, number>): Promise<void> {
  for (const [id, place] of Object.entries(places))
    await pool.query(
      `INSERT INTO boundary.relay_endpoints (endpoint_id, customer_id, deployment_id, cursor)
       SELECT $1, 'cus_1', 'dep_1', coalesce((SELECT max(seq) FROM (SELECT seq FROM boundary.relay_events ORDER BY seq LIMIT $2) AS had), 0)`,
      [id, place],
    );
}
const keep = (
  { buffer, endpoints = [], folders = [] }: { buffer: object; endpoints?: object[]; folders?: object[] },
  options = { byAge: true },
) =>
  keepWithin(
    pool,
    SIDE,
    exampleConfiguration(
      GatewayConfiguration.pick({ buffer: true, endpoints: true, folders: true }).parse({
        ...{ buffer, endpoints, folders },
      }),
    ),
    NOW,
    options,
  );
const gaps = async () =>
  (await pool.query("SELECT from_at, to_at, count, reason FROM boundary.relay_gaps ORDER BY created_at"))
    .rows;
const fillNow = async () => {
  const { rows } = await pool.query(
    `SELECT events::int, bytes::int, (SELECT count(*)::int FROM boundary.relay_events) AS really,
       (SELECT coalesce(sum(bytes), 0)::int FROM boundary.relay_events) AS really_bytes FROM boundary.relay_buffers`,
  );
  return rows[0];
};
const second = (at: number) => new Date(Date.UTC(2026, 10, 1) + at * 1_000);
const makeOld = (days: number, below = 10_000) =>
  pool.query(
    `UPDATE boundary.relay_events SET received_at = now() - make_interval(days => $1) WHERE id < $2`,
    [days, `event_${String(below).padStart(4, "0")}`],
  );

test("within its limits nothing leaves", async () => {
  await fill(50);
  expect(await keep({ buffer: { max_bytes: 1_000_000 } })).toEqual({ had: 0, gaps: [] });
});

test("what everybody had had leaves silently, the oldest first, and is still known when it comes again", async () => {
  await fill(150);
  await upTo({ one: 150, other: 120 });
  const endpoints = [endpoint("one"), endpoint("other")];
  expect(await keep({ buffer: { max_bytes: 1_000_000 }, endpoints })).toEqual({ had: 52, gaps: [] });
  expect((await bufferedIds(pool))[0]).toBe("event_0052");
  expect(await fillNow()).toMatchObject({ events: 98, really: 98 });
  await fill(60);
  expect(await fillNow()).toMatchObject({ events: 98 });
});

test("what somebody had not had is a gap: from, to, how many and why, told as an event behind the rest", async () => {
  await fill(150);
  await upTo({ one: 150, dead: 20 });
  const endpoints = [endpoint("one"), endpoint("dead")];
  const { had, gaps: made } = await keep({ buffer: { max_bytes: 1_000_000 }, endpoints });
  expect(had).toBe(20);
  // A little more than needed, so that one gap stands for many.
  expect(made).toMatchObject([{ count: 37, reason: "buffer_full", environmentId: "environment_1" }]);
  expect(await gaps()).toEqual([
    { from_at: second(20), to_at: second(56), count: "37", reason: "buffer_full" },
  ]);
  const { rows } = await pool.query(
    "SELECT event, origin, body->'data' AS data FROM boundary.relay_events ORDER BY seq DESC LIMIT 1",
  );
  expect(rows[0]).toMatchObject({
    event: "sallyport.gap",
    origin: "local",
    data: { count: 37, from: second(20).toISOString(), to: second(56).toISOString() },
  });
  const now = await fillNow();
  expect(now.bytes).toBe(now.really_bytes);
  expect(now.events).toBe(now.really);
});

test("what was lost may come again, since nobody had it", async () => {
  await fill(150);
  await upTo({ dead: 0 });
  await keep({ buffer: { max_bytes: 1_000_000 }, endpoints: [endpoint("dead")] });
  const before = (await bufferedIds(pool)).length;
  await fill(10);
  expect(await bufferedIds(pool)).toHaveLength(before + 10);
});

test("a folder that has not had an event is owed it", async () => {
  await fill(150);
  await upTo({ siem: 20 });
  const folders = [{ id: "siem", name: "SIEM", path: "/srv/events" }];
  const { had, gaps: made } = await keep({ buffer: { max_bytes: 1_000_000 }, folders });
  expect(had).toBe(20);
  expect(made).toMatchObject([{ reason: "buffer_full" }]);
});

test("an endpoint is not owed what it does not want", async () => {
  await fill(150);
  await upTo({ picky: 0 });
  const buffer = { max_bytes: 1_000_000 };
  expect((await keep({ buffer, endpoints: [endpoint("picky", { events: ["dsync.*"] })] })).gaps).toEqual([]);
});

test("what waits to be tried again is owed", async () => {
  await fill(150);
  await upTo({ one: 150 });
  await pool.query(
    `INSERT INTO boundary.relay_deliveries (customer_id, deployment_id, endpoint_id, seq, event_id, environment_id, event, lane, state, opened_at)
     SELECT 'cus_1', 'dep_1', 'one', seq, id, environment_id, event, object, CASE id WHEN 'event_0010' THEN 'waiting' ELSE 'dead' END, now()
     FROM boundary.relay_events WHERE id IN ('event_0010', 'event_0011')`,
  );
  const { gaps: made } = await keep({ buffer: { max_bytes: 1_000_000 }, endpoints: [endpoint("one")] });
  expect(made).toMatchObject([{ count: 1, from: second(10), to: second(10) }]);
});

test("what is too old leaves, and a gap says that it was for its age", async () => {
  await fill(60);
  await makeOld(40, 30);
  await upTo({ dead: 10 });
  const endpoints = [endpoint("dead")];
  expect((await keep({ buffer: {}, endpoints }, { byAge: false })).gaps).toEqual([]);
  const { had, gaps: made } = await keep({ buffer: {}, endpoints });
  expect(had).toBe(10);
  expect(made).toMatchObject([{ count: 20, reason: "too_old" }]);
});

test("a gap that is lost itself is part of the one that tells of it", async () => {
  await fill(150);
  await upTo({ dead: 0 });
  const endpoints = [endpoint("dead")];
  const first = await keep({ buffer: { max_bytes: 1_000_000 }, endpoints });
  expect(first.gaps[0]?.count).toBeGreaterThan(50);
  await pool.query("UPDATE boundary.relay_events SET received_at = now() - interval '40 days'");
  const then = await keep({ buffer: {}, endpoints });
  expect(then.gaps).toMatchObject([{ count: 150, from: second(0), to: second(149), reason: "too_old" }]);
});

test("environments are told of their own gaps only", async () => {
  await fill(100);
  await inTransaction(pool, (client) =>
    appendEvents(
      client,
      SIDE,
      Array.from({ length: 50 }, (_, at) => ({
        ...arrival(`event_b${at}`, { data: BIG }),
        environmentId: "environment_2",
      })),
    ),
  );
  await upTo({ dead: 0 });
  const { gaps: made } = await keep({ buffer: { max_bytes: 1_000_000 }, endpoints: [endpoint("dead")] });
  expect(made.map(({ environmentId }) => environmentId)).toEqual(["environment_1"]);
});

test("two gateways that look after one buffer drop nothing twice", async () => {
  await fill(150);
  await upTo({ dead: 0 });
  const keeping = { buffer: { max_bytes: 1_000_000 }, endpoints: [endpoint("dead")] };
  const both = await Promise.all([keep(keeping), keep(keeping)]);
  const told = both.flatMap(({ gaps: made }) => made);
  expect(told).toHaveLength(1);
  const now = await fillNow();
  expect(now.events).toBe(150 - (told[0]?.count ?? 0) + 1);
});

test("ids are forgotten long after their events", async () => {
  await pool.query(
    `INSERT INTO boundary.relay_past_ids (deployment_id, customer_id, environment_id, id, left_at)
     VALUES ('dep_1', 'cus_1', 'environment_1', 'old', now() - interval '121 days'), ('dep_1', 'cus_1', 'environment_1', 'new', now())`,
  );
  await forgetPastIds(pool, SIDE);
  expect((await pool.query("SELECT id FROM boundary.relay_past_ids")).rows).toEqual([{ id: "new" }]);
});

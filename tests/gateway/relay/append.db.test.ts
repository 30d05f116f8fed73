import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { type Arrival, appendEvents, inTransaction, recordGap } from "#lib/gateway/relay/append.ts";
import { testDatabase } from "#tests/support/database.ts";
import { arrival } from "#tests/support/relayed-events.ts";

const side = { customerId: "cus_1", deploymentId: "dep_1" };
let pool: Pool;
let other: Pool;
let admin: pg.Client;

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 8, "dep_1");
  other = openPool(urls.gatewayUrl, 1, "dep_2");
  admin = new pg.Client({ connectionString: urls.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await Promise.all([pool.end(), other.end(), admin.end()]);
});
beforeEach(async () => {
  await admin.query(
    "TRUNCATE boundary.relay_events, boundary.relay_buffers, boundary.relay_past_ids, boundary.relay_gaps",
  );
});

const append = (...arrivals: Arrival[]) =>
  inTransaction(pool, async (client) => await appendEvents(client, side, arrivals));
const buffered = async () =>
  (await pool.query("SELECT id, body::text AS body, bytes FROM boundary.relay_events ORDER BY seq")).rows;

test("an event comes in once, in the order given, byte for byte", async () => {
  const [one, two] = [
    arrival("event_2"),
    arrival("event_1", { data: { id: "user_1", name: 'a\0b\ud800"\\é', 10: 1, 2: 2 } }),
  ];
  expect(await append(one, two, one)).toBe(2);
  expect(await append(two)).toBe(0);
  expect(await buffered()).toEqual(
    [one, two].map(({ event }) => ({
      id: event.id,
      body: event.body,
      bytes: Buffer.byteLength(event.body),
    })),
  );
  const { rows } = await pool.query("SELECT events, bytes FROM boundary.relay_buffers");
  const bytes = Buffer.byteLength(one.event.body) + Buffer.byteLength(two.event.body);
  expect(rows).toEqual([{ events: "2", bytes: String(bytes) }]);
});

test("one that has left the buffer is still known, and the same id elsewhere is another event", async () => {
  await pool.query(
    "INSERT INTO boundary.relay_past_ids (deployment_id, customer_id, environment_id, id) VALUES ('dep_1', 'cus_1', 'environment_1', 'event_1')",
  );
  expect(await append(arrival("event_1"))).toBe(0);
  expect(await append({ ...arrival("event_1"), environmentId: "environment_2" })).toBe(1);
});

test("numbers become visible in their order, however many append at once", async () => {
  let seen = 0n;
  let inOrder = 0;
  let done = false;
  // Goes on from the last number it saw, as whoever hands events over does: it must meet every one.
  const reading = (async () => {
    for (;;) {
      const wasDone = done;
      const { rows } = await pool.query<{ seq: string }>(
        "SELECT seq FROM boundary.relay_events WHERE seq > $1 ORDER BY seq",
        [seen],
      );
      inOrder += rows.length;
      if (rows.length > 0) seen = BigInt(rows.at(-1)?.seq ?? 0);
      if (wasDone) return;
    }
  })();
  await Promise.all(
    Array.from({ length: 40 }, (_, batch) =>
      append(...Array.from({ length: 10 }, (_, at) => arrival(`event_${batch}_${at}`))),
    ),
  );
  done = true;
  await reading;
  expect(inOrder).toBe(400);
});

test("whoever waits for events is told once they can be seen", async () => {
  const client = await pool.connect();
  const told = new Promise<string | undefined>((resolve) =>
    client.once("notification", ({ payload }) => resolve(payload)),
  );
  await client.query("LISTEN relay");
  await append(arrival("event_1"));
  expect(await told).toBe("dep_1");
  client.release(true);
});

test("a gap is on record and is an event like any other", async () => {
  const [from, to] = [new Date("2026-11-01T00:00:00Z"), new Date("2026-11-02T00:00:00Z")];
  const gap = { id: "gap_1", environmentId: "environment_1", sourceId: "source_1", from, to };
  await inTransaction(pool, (client) =>
    recordGap(client, side, { ...gap, count: 7, reason: "too_old" }, new Date("2026-12-01T00:00:00Z")),
  );
  const [{ body }] = (await buffered()) as [{ body: string }];
  expect(JSON.parse(body)).toMatchObject({
    object: "event",
    event: "sallyport.gap",
    data: { id: "gap_1", from: from.toISOString(), to: to.toISOString(), count: 7, reason: "too_old" },
  });
  expect((await pool.query("SELECT id, count FROM boundary.relay_gaps")).rows).toEqual([
    { id: "gap_1", count: "7" },
  ]);
});

test("a gateway sees and writes its own deployment's events only", async () => {
  await append(arrival("event_1"));
  expect((await other.query("SELECT FROM boundary.relay_events")).rowCount).toBe(0);
  await expect(
    inTransaction(other, async (client) => await appendEvents(client, side, [arrival("event_2")])),
  ).rejects.toThrow("row-level security");
});

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dropDays, prepareDays } from "#lib/gateway/crossings/days.ts";
import { startRecorder } from "#lib/gateway/crossings/recorder.ts";
import { crossingWriter } from "#lib/gateway/crossings/write.ts";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { exampleCrossing } from "#tests/support/crossings.ts";
import { testDatabase } from "#tests/support/database.ts";

const owner = { customerId: "cus_1", deploymentId: "dep_1", gateway: "door-a" };
let pool: Pool;
let other: Pool;
let console: pg.Client;
let folder: string;
let folders = 0;

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 2, "dep_1");
  other = openPool(urls.gatewayUrl, 1, "dep_2");
  console = new pg.Client({ connectionString: urls.consoleUrl });
  await console.connect();
  folder = mkdtempSync(join(tmpdir(), "sallyport-crossings-"));
});
afterAll(async () => {
  await Promise.all([pool.end(), other.end(), console.end()]);
  rmSync(folder, { recursive: true });
});

function recorderIn(through: Pool, failed: (error: unknown) => void) {
  folders += 1;
  return startRecorder({ pool: through, owner, folder: join(folder, String(folders)), failed });
}

test("a connection is one row from its beginning to its end, on the day on which it began", async () => {
  const recorder = await recorderIn(pool, (error) => expect.unreachable(String(error)));
  const open = exampleCrossing({ endedAt: null, outcome: "open", bytesIn: 0, bytesOut: 0 });
  recorder.record(open);
  await recorder.flush();
  expect((await pool.query("SELECT outcome FROM boundary.crossings")).rows).toEqual([{ outcome: "open" }]);
  recorder.record({
    ...open,
    endedAt: new Date("2026-11-29T00:00:01Z"),
    outcome: "allowed",
    bytesIn: 9,
    bytesOut: 4,
  });
  await recorder.flush();
  // What comes late for a connection that has ended changes nothing.
  recorder.record({ ...open, bytesIn: 1 });
  await recorder.stop();
  const { rows } = await pool.query(
    "SELECT outcome, bytes_in, tableoid::regclass::text AS day FROM boundary.crossings",
  );
  expect(rows).toEqual([{ outcome: "allowed", bytes_in: "9", day: "boundary_days.crossings_20261128" }]);
});

test("a gateway sees its own deployment's crossings, and the console its customers'", async () => {
  expect((await other.query("SELECT FROM boundary.crossings")).rowCount).toBe(0);
  const refused: unknown[] = [];
  const foreign = await recorderIn(other, (error) => refused.push(error));
  foreign.record(exampleCrossing());
  await foreign.stop();
  expect(String(refused[0])).toContain("row-level security");
  expect((await pool.query("SELECT FROM boundary.crossings")).rowCount).toBe(1);
  const seen = async (customers: string) => {
    await console.query("SELECT set_config('sallyport.customers', $1, false)", [customers]);
    return (await console.query("SELECT FROM boundary.crossings")).rowCount;
  };
  expect([await seen("*"), await seen("cus_1"), await seen("cus_2")]).toEqual([1, 1, 0]);
  await expect(console.query("SELECT FROM boundary_days.crossings_20261128")).rejects.toThrow(
    "permission denied",
  );
  // It writes down what gateways elsewhere send, and takes nothing away.
  await expect(console.query("DELETE FROM boundary.crossings")).rejects.toThrow("permission denied");
});

test("what strangers make up for a name costs neither the record of it nor that of others", async () => {
  const recorder = await recorderIn(pool, (error) => expect.unreachable(String(error)));
  const beganAt = new Date("2026-11-27T10:00:00Z");
  const odd = exampleCrossing({
    beganAt,
    peerName: `a\0\ud800${"x".repeat(10_000)}`,
    peerAddress: "::ffff:10.0.0.1",
    peerPort: 70_000,
    clientName: 'quotes " and \\ and , and {}',
    clientAddress: "not an address",
    path: "/callback?code=secret",
    bytesIn: -1,
    bytesOut: 2 ** 60,
    latencyMs: Number.NaN,
  });
  recorder.record(odd);
  // The database refuses what no code of ours asks for: it is told as missing, and the ones beside it are there.
  recorder.record({ ...exampleCrossing({ beganAt }), kind: "riddle" as "gap" });
  recorder.record(exampleCrossing({ beganAt }));
  await recorder.stop();
  const { rows } = await pool.query(
    `SELECT kind, reason, missing, length(peer_name) AS name, host(peer_address) AS address, peer_port AS port, client_address AS client,
      path, client_name AS called, bytes_in AS "in", bytes_out AS out, latency_ms AS latency
     FROM boundary.crossings WHERE began_at = $1 ORDER BY kind, path`,
    [beganAt],
  );
  const plain = { kind: "connection", reason: null, missing: null, address: "104.18.0.1", port: 443 };
  expect(rows).toEqual([
    expect.objectContaining({
      ...plain,
      address: "10.0.0.1",
      port: 65_535,
      client: null,
      called: 'quotes " and \\ and , and {}',
      path: "/callback",
      in: "0",
      out: String(Number.MAX_SAFE_INTEGER),
      latency: null,
      name: 511,
    }),
    expect.objectContaining(plain),
    expect.objectContaining({ kind: "gap", reason: "unwritable", missing: 1 }),
  ]);
});

test("two gateways write the same days at once, and none of their crossings is missing", async () => {
  const both = await Promise.all([recorderIn(pool, () => undefined), recorderIn(pool, () => undefined)]);
  const beganAt = new Date("2026-11-20T10:00:00Z");
  for (let number = 0; number < 3_000; number += 1)
    for (const recorder of both) recorder.record(exampleCrossing({ beganAt, correlationId: "both" }));
  await Promise.all(both.map((recorder) => recorder.stop()));
  const { rows } = await pool.query(
    "SELECT count(*)::int AS count FROM boundary.crossings WHERE correlation_id = 'both'",
  );
  expect(rows).toEqual([{ count: 6_000 }]);
  // Nothing is left that the database has.
  expect(readdirSync(join(folder, String(folders)))).toEqual(["loss"]);
});

test("what was written and not answered is there once, and counted once, when it is written again with others", async () => {
  const write = crossingWriter(pool, owner, () => false);
  const made = Array.from({ length: 5_000 }, () =>
    exampleCrossing({ beganAt: new Date("2026-11-20T11:00:00Z"), peerName: "again.example.org" }),
  );
  await write({ first: made.slice(0, 3_000), again: [] });
  await write({ first: made, again: [] });
  const { rows } = await pool.query(`
    SELECT count(*)::int AS count, (SELECT sum(count)::int FROM boundary.crossing_days WHERE peer = 'again.example.org') AS counted
    FROM boundary.crossings WHERE peer_name = 'again.example.org'`);
  expect(rows).toEqual([{ count: 5_000, counted: 5_000 }]);
});

test("what begins and ends while others are written has its end, however it was offered", async () => {
  const recorder = await recorderIn(pool, (error) => expect.unreachable(String(error)));
  const beganAt = new Date("2026-11-20T12:00:00Z");
  const open = Array.from({ length: 900 }, () =>
    exampleCrossing({ beganAt, endedAt: null, outcome: "open", bytesIn: 0, peerName: "ends.example.org" }),
  );
  const end = (from: number, to: number) => {
    for (const crossing of open.slice(from, to))
      recorder.record({ ...crossing, endedAt: beganAt, outcome: "allowed", bytesIn: 7 });
  };
  for (const crossing of open) recorder.record(crossing);
  end(0, 300); // before anything is written of them
  const written = recorder.flush();
  end(300, 600); // while they are written
  await written;
  end(600, 900); // after they were written
  await recorder.stop();
  const { rows } = await pool.query(`
    SELECT outcome, count(*)::int AS count, sum(bytes_in)::int AS bytes FROM boundary.crossings WHERE peer_name = 'ends.example.org' GROUP BY 1
    UNION ALL SELECT outcome, sum(count)::int, sum(bytes_in)::int FROM boundary.crossing_days
    WHERE peer = 'ends.example.org' GROUP BY 1 HAVING sum(count) <> 0`);
  expect(rows).toEqual(Array.from({ length: 2 }, () => ({ outcome: "allowed", count: 900, bytes: 6_300 })));
});

test("two processes do not keep their record in one folder", async () => {
  const recorder = await recorderIn(pool, () => undefined);
  const again = { pool, owner, folder: join(folder, String(folders)), failed: () => undefined };
  await expect(startRecorder(again)).rejects.toThrow("SALLYPORT_GATEWAY_DATA_DIR");
  await recorder.stop();
  await (await startRecorder(again)).stop();
});

test("days are made before they begin, and dropped when they have been kept long enough", async () => {
  const now = new Date("2026-11-28T23:59:00Z");
  await prepareDays(pool, now);
  const days = async () => {
    const { rows } = await console.query(
      "SELECT inhrelid::regclass::text AS day FROM pg_inherits WHERE inhparent = 'boundary.crossings'::regclass ORDER BY 1",
    );
    return rows.map(({ day }) => day.slice(-4));
  };
  expect(await days()).toEqual(["1120", "1127", "1128", "1129", "1130", "1201"]);
  // Another deployment in the same database keeps its record for longer: its days are these as well.
  const longer = { ...owner, deploymentId: "dep_2" };
  expect(await dropDays(other, longer, now, 9)).toBe(0);
  expect(await dropDays(pool, owner, now, 2)).toBe(0);
  await dropDays(other, longer, now, 1);
  expect(await days()).toEqual(["1127", "1128", "1129", "1130", "1201"]);
  // One that somebody reads is left for the next time, instead of making everybody wait.
  await console.query("BEGIN");
  await console.query(
    "SELECT FROM boundary.crossings WHERE began_at >= '2026-11-27' AND began_at < '2026-11-28'",
  );
  expect(await dropDays(pool, owner, now, 1)).toBe(0);
  await console.query("ROLLBACK");
  expect(await dropDays(pool, owner, now, 1)).toBe(1);
  // A crossing of a day that is gone makes it anew: it is kept until the days are looked at again.
  const recorder = await recorderIn(pool, () => undefined);
  recorder.record(exampleCrossing({ beganAt: new Date("2026-11-27T10:00:00Z") }));
  await recorder.stop();
  expect(await days()).toEqual(["1127", "1128", "1129", "1130", "1201"]);
  expect(existsSync(join(folder, String(folders), "lock"))).toBe(false);
});

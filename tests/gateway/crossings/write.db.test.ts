import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeCrossings } from "#lib/gateway/crossings/write.ts";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { exampleCrossing } from "#tests/support/crossings.ts";
import { testDatabase } from "#tests/support/database.ts";

const owner = { customerId: "cus_1", deploymentId: "dep_1", gateway: "door-a" };
let pool: Pool;
let other: Pool;
let console: pg.Client;

beforeAll(async () => {
  const urls = await testDatabase();
  pool = openPool(urls.gatewayUrl, 2, "dep_1");
  other = openPool(urls.gatewayUrl, 1, "dep_2");
  console = new pg.Client({ connectionString: urls.consoleUrl });
  await console.connect();
});
afterAll(async () => {
  await Promise.all([pool.end(), other.end(), console.end()]);
});

test("a connection is one row from its beginning to its end, on the day on which it began", async () => {
  const recorder = writeCrossings(pool, owner, (error) => expect.unreachable(String(error)));
  const open = exampleCrossing({ endedAt: null, outcome: "open", bytesIn: 0, bytesOut: 0 });
  recorder.record(open);
  await recorder.flush();
  recorder.record({
    ...open,
    endedAt: new Date("2026-11-29T00:00:01Z"),
    outcome: "allowed",
    bytesIn: 9,
    bytesOut: 4,
  });
  // What comes late for a connection that has ended changes nothing.
  await recorder.flush();
  recorder.record({ ...open, bytesIn: 1 });
  await recorder.stop();
  const { rows } = await pool.query(
    "SELECT outcome, bytes_in, tableoid::regclass::text AS day FROM boundary.crossings",
  );
  expect(rows).toEqual([{ outcome: "allowed", bytes_in: "9", day: "boundary_days.crossings_20261128" }]);
});

test("a gateway sees its own deployment's crossings, and the console its customers'", async () => {
  expect((await other.query("SELECT FROM boundary.crossings")).rowCount).toBe(0);
  const foreign = writeCrossings(other, owner, () => undefined);
  foreign.record(exampleCrossing());
  await foreign.flush();
  expect((await pool.query("SELECT FROM boundary.crossings")).rowCount).toBe(1);
  const seen = async (customers: string) => {
    await console.query("SELECT set_config('sallyport.customers', $1, false)", [customers]);
    return (await console.query("SELECT FROM boundary.crossings")).rowCount;
  };
  expect([await seen("*"), await seen("cus_1"), await seen("cus_2")]).toEqual([1, 1, 0]);
  await expect(console.query("SELECT FROM boundary_days.crossings_20261128")).rejects.toThrow(
    "permission denied",
  );
  await expect(console.query("UPDATE boundary.crossings SET outcome = 'allowed'")).rejects.toThrow(
    "permission denied",
  );
});

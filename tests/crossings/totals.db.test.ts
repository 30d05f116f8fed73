import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { crossingHistogram, listCrossings } from "#lib/crossings/queries.ts";
import { crossingQuery } from "#lib/crossings/schema.ts";
import { CROSSING_LIST } from "#lib/crossings/shape.ts";
import { type Recorder, startRecorder } from "#lib/gateway/crossings/recorder.ts";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { exampleCrossing } from "#tests/support/crossings.ts";
import { testDatabase } from "#tests/support/database.ts";

// What all deployments have together is counted by itself, so that a vendor's first look reads a few rows and not millions.

const OUTCOMES = ["open", "allowed", "refused", "failed"] as const;
const folder = mkdtempSync(join(tmpdir(), "sallyport-totals-"));
const recorders: Recorder[] = [];
const pools: Pool[] = [];
let admin: pg.Client;

beforeAll(async () => {
  const { adminUrl, gatewayUrl } = await testDatabase();
  admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  for (const number of [1, 2, 3]) {
    const owner = { customerId: `cus_${number}`, deploymentId: `dep_${number}`, gateway: "door-a" };
    const pool = openPool(gatewayUrl, 1, owner.deploymentId);
    pools.push(pool);
    const failed = (error: unknown) => expect.unreachable(String(error));
    recorders.push(await startRecorder({ pool, owner, folder: join(folder, String(number)), failed }));
  }
});
afterAll(async () => {
  await Promise.all(recorders.map((recorder) => recorder.stop()));
  await Promise.all([...pools.map((pool) => pool.end()), admin.end(), closeDatabase()]);
  rmSync(folder, { recursive: true });
});

/** Over three days and every hour of them, some of it open at first. */
async function writeMany(): Promise<void> {
  for (const [index, recorder] of recorders.entries()) {
    for (let number = 0; number < 300; number += 1) {
      const beganAt = new Date(Date.UTC(2026, 10, 20, (number * 7 + index) % 72, number % 60));
      const outcome = OUTCOMES[number % 4] ?? "open";
      const endedAt = outcome === "open" ? null : beganAt;
      const direction = number % 3 === 0 ? "ingress" : "egress";
      const crossing = exampleCrossing({ beganAt, endedAt, outcome, direction, bytesIn: number });
      recorder.record(crossing);
      if (number % 8 !== 0) continue;
      await recorder.flush();
      recorder.record({ ...crossing, endedAt: beganAt, outcome: "failed", bytesIn: number * 2 });
    }
    await recorder.flush();
  }
}

const same = (tier: string, table: string) => `
  SELECT at, direction, kind, outcome, sum(count)::int AS count, sum(bytes_in)::int AS bytes FROM boundary.crossing_totals WHERE tier = '${tier}'
  GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0
  EXCEPT SELECT at, direction, kind, outcome, sum(count)::int, sum(bytes_in)::int FROM boundary.${table} GROUP BY 1, 2, 3, 4`;

test("the totals are what the crossings are, by hour and by day, also of what went further after it was written", async () => {
  await writeMany();
  expect((await admin.query(same("hours", "crossing_hours"))).rows).toEqual([]);
  expect((await admin.query(same("days", "crossing_days"))).rows).toEqual([]);
  const { rows } = await admin.query(
    "SELECT tier, sum(count)::int AS count FROM boundary.crossing_totals GROUP BY 1 ORDER BY 1",
  );
  expect(rows).toEqual([
    { tier: "days", count: 900 },
    { tier: "hours", count: 900 },
  ]);
});

test("a vendor's page and bars say the same as everybody's own together; who sees one customer is told of that one", async () => {
  const query = (params: Record<string, string>) => crossingQuery(parseListQuery(params, CROSSING_LIST));
  const now = new Date("2026-11-24T00:00:00Z");
  for (const params of [{}, { outcome: "refused" }, { direction: "ingress", since: "2026-11-21" }] as Record<
    string,
    string
  >[]) {
    const counted = async (customers: "all" | string[]) => {
      const actor = anActor("operator", customers);
      const { total } = await listCrossings(actor, query(params));
      const { bars } = await crossingHistogram(actor, query({ since: "2026-11-20", ...params }), {}, now);
      return { total, inBars: bars.reduce((sum, bar) => sum + bar.passed + bar.refused + bar.failed, 0) };
    };
    const each = await Promise.all(["cus_1", "cus_2", "cus_3"].map((customer) => counted([customer])));
    const sum = each.reduce((all, one) => all + one.total, 0);
    expect(each.every(({ total }) => total > 0 && total < sum)).toBe(true);
    expect(await counted("all")).toEqual({ total: sum, inBars: sum });
  }
});

test("neither a gateway nor whoever sees one customer can read the totals", async () => {
  await expect(pools[0]?.query("SELECT FROM boundary.crossing_totals")).rejects.toThrow("permission denied");
  await admin.query("SET ROLE sallyport_console");
  await admin.query("SELECT set_config('sallyport.customers', 'cus_1,*', false)");
  const seen = await admin.query("SELECT FROM boundary.crossing_totals");
  await admin.query("RESET ROLE");
  expect(seen.rowCount).toBe(0);
});

test("a day that goes takes its totals along", async () => {
  await admin.query("SELECT boundary.drop_days_before('2026-11-21')");
  const { rows } = await admin.query(
    "SELECT DISTINCT date_trunc('day', at, 'UTC') AS day FROM boundary.crossing_totals ORDER BY 1",
  );
  expect(rows.map(({ day }) => day.toISOString().slice(0, 10))).toEqual(["2026-11-21", "2026-11-22"]);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countFacets, crossingHistogram, listCrossings } from "#lib/crossings/queries.ts";
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
      const peerName = `host-${(number % 3) + 1}.example.org`;
      const crossing = exampleCrossing({ beganAt, endedAt, outcome, direction, peerName, bytesIn: number });
      recorder.record(crossing);
      if (number % 8 !== 0) continue;
      await recorder.flush();
      recorder.record({ ...crossing, endedAt: beganAt, outcome: "failed", bytesIn: number * 2 });
    }
    await recorder.flush();
  }
}

const OF_ALL = "at, direction, kind, outcome, reason, client";
const same = (counts: string, table: string, columns = OF_ALL) => `
  SELECT ${columns}, sum(count)::int AS count FROM ${counts} GROUP BY ${columns} HAVING sum(count) <> 0
  EXCEPT SELECT ${columns}, sum(count)::int FROM boundary.${table} GROUP BY ${columns}`;
const totals = (tier: string) => `(SELECT * FROM boundary.crossing_totals WHERE tier = '${tier}') t`;

test("the totals are what the crossings are, by hour, by day and by peer, also of what went further after it was written", async () => {
  await writeMany();
  expect((await admin.query(same(totals("hours"), "crossing_hours"))).rows).toEqual([]);
  expect((await admin.query(same(totals("days"), "crossing_days"))).rows).toEqual([]);
  const ofPeers = same("boundary.crossing_peers", "crossing_days", `${OF_ALL}, peer`);
  expect((await admin.query(ofPeers)).rows).toEqual([]);
  const { rows } = await admin.query(`
    SELECT tier, sum(count)::int AS count FROM boundary.crossing_totals GROUP BY 1
    UNION ALL SELECT 'peers', sum(count)::int FROM boundary.crossing_peers ORDER BY 1`);
  expect(rows).toEqual([
    { tier: "days", count: 900 },
    { tier: "hours", count: 900 },
    { tier: "peers", count: 900 },
  ]);
  const names = await admin.query("SELECT name, last_at::text AS last FROM boundary.peer_names ORDER BY 1");
  expect(names.rows).toEqual(
    [1, 2, 3].map((number) => ({
      name: `host-${number}.example.org`,
      last: expect.stringMatching(/^2026-11-22/),
    })),
  );
});

test("a vendor's page and bars say the same as everybody's own together; who sees one customer is told of that one", async () => {
  const query = (params: Record<string, string>) => crossingQuery(parseListQuery(params, CROSSING_LIST));
  const now = new Date("2026-11-24T00:00:00Z");
  for (const params of [
    {},
    { outcome: "refused" },
    { direction: "ingress", since: "2026-11-21" },
    { peer: "host-2.example.org", outcome: "allowed" },
    { q: "HOST-3 appli" },
    { q: "host-1.", since: "2026-11-20T07:00:00Z", until: "2026-11-22T20:00:00Z" },
    { q: "application" },
  ] as Record<string, string>[]) {
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

test.each(["crossing_totals", "crossing_peers", "peer_names"])(
  "neither a gateway nor whoever sees one customer can read %s",
  async (table) => {
    await expect(pools[0]?.query(`SELECT FROM boundary.${table}`)).rejects.toThrow("permission denied");
    await admin.query("SET ROLE sallyport_console");
    const seenBy = async (customers: string) => {
      await admin.query("SELECT set_config('sallyport.customers', $1, false)", [customers]);
      return (await admin.query(`SELECT FROM boundary.${table}`)).rowCount;
    };
    const seen = [await seenBy("cus_1,*"), await seenBy("cus_1"), await seenBy("")];
    const all = await seenBy("*");
    await admin.query("RESET ROLE");
    expect(seen).toEqual([0, 0, 0]);
    expect(all).toBeGreaterThan(0);
  },
);

test("what a search finds by the peer and what it finds by the application is each counted once", async () => {
  const query = (q: string) => crossingQuery(parseListQuery({ q, size: "100" }, CROSSING_LIST));
  const both = exampleCrossing({
    beganAt: new Date("2026-11-22T05:00:00Z"),
    ...{ endedAt: new Date("2026-11-22T05:00:00Z"), peerName: "mailer.example.org", clientName: "Mailer" },
  });
  const recorder = recorders[0];
  recorder?.record(both);
  recorder?.record({ ...exampleCrossing({ peerName: "mailer.example.org" }), beganAt: both.beganAt });
  recorder?.record({ ...exampleCrossing({ clientName: "Mailer" }), beganAt: both.beganAt });
  await recorder?.flush();
  const found = await listCrossings(anActor("operator"), query("mailer"));
  expect({ total: found.total, rows: found.rows.length }).toEqual({ total: 3, rows: 3 });
  expect((await listCrossings(anActor("operator"), query("mailer.example"))).rows).toHaveLength(2);
});

test("a day that goes takes its totals along", async () => {
  await admin.query("SELECT boundary.drop_days_before('2026-11-21')");
  const { rows } = await admin.query(
    "SELECT DISTINCT date_trunc('day', at, 'UTC') AS day FROM boundary.crossing_totals ORDER BY 1",
  );
  expect(rows.map(({ day }) => day.toISOString().slice(0, 10))).toEqual(["2026-11-21", "2026-11-22"]);
});

test("a name that only that day knew goes with it, and one that is still known stays", async () => {
  await admin.query("SELECT boundary.drop_days_before('2026-11-22')");
  const names = async () =>
    (await admin.query("SELECT name FROM boundary.peer_names ORDER BY 1")).rows.map(({ name }) => name);
  expect(await names()).toContain("host-1.example.org");
  await admin.query("SELECT boundary.drop_days_before('2026-11-23')");
  expect(await names()).toEqual([]);
});

test("of all deployments it is said that peers and rules are counted among the newest, where there are too many", async () => {
  await admin.query("SELECT boundary.prepare_day('2026-11-28')");
  await admin.query(`
    INSERT INTO boundary.crossings (id, began_at, customer_id, deployment_id, gateway, direction, kind, outcome, peer_name)
    SELECT 'crs_' || i, '2026-11-28T10:00:00Z', 'cus_1', 'dep_' || i % 3 + 1, 'gw', 'egress', 'connection', 'allowed',
      'peer-' || i || '.example.org' FROM generate_series(1, 5001) i`);
  const query = crossingQuery(parseListQuery({ kind: "connection" }, CROSSING_LIST));
  const vendor = await countFacets(anActor("operator"), query);
  expect(vendor.newest).toEqual({ of: ["rule", "peer", "environment"], crossings: 5_000 });
  expect(vendor.outcome).toContainEqual({ value: "allowed", label: null, count: 5_001 });
  expect((await countFacets(anActor("operator"), query, { deploymentId: "dep_1" })).newest).toBeNull();
});

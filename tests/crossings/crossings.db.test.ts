import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportCrossings } from "#lib/crossings/export.ts";
import { countFacets, crossingHistogram, getCrossing, listCrossings } from "#lib/crossings/queries.ts";
import { crossingQuery } from "#lib/crossings/schema.ts";
import { CROSSING_LIST } from "#lib/crossings/shape.ts";
import type { CrossingScope } from "#lib/crossings/where.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const COUNT = 10_000;
const NOW = new Date("2026-11-24T08:00:00Z");
const owner = anActor("owner");
const auditor = anActor("auditor", ["cus_1"]);
let admin: pg.Client;

// Crossing i began i minutes before NOW, i from 1: a week of them. Every seventh was refused, and has no rule.
const WRITE = `
  INSERT INTO boundary.crossings
    (id, began_at, customer_id, deployment_id, gateway, direction, kind, outcome, reason, rule_id, peer_name, peer_address,
      peer_port, client_id, client_name, method, path, bytes_in, bytes_out, correlation_id)
  SELECT 'crs_' || lpad((${COUNT} - i)::text, 26, '0'), '${NOW.toISOString()}'::timestamptz - i * interval '1 minute',
    'cus_' || i % 3, 'dep_' || i % 3, 'gw', CASE WHEN i % 5 = 0 THEN 'ingress' ELSE 'egress' END,
    CASE WHEN i % 5 = 0 THEN 'webhook' ELSE 'connection' END,
    CASE WHEN i % 7 = 0 THEN 'refused' ELSE 'allowed' END, CASE WHEN i % 7 = 0 THEN 'no_rule' END,
    CASE WHEN i % 7 > 0 THEN 'rule_' || lpad((i % 4)::text, 26, '0') END,
    CASE WHEN i % 11 > 0 THEN 'host' || i % 11 || '.example.com' END, ('203.0.113.' || i % 200)::inet, 443,
    'client_' || i % 2, CASE WHEN i = 4444 THEN '=HYPERLINK("http://x")' ELSE 'Application ' || i % 2 END, 'CONNECT', NULL,
    i, 2 * i, 'evt_' || lpad((i / 2)::text, 26, '0')
  FROM generate_series(1, ${COUNT}) i`;

beforeAll(async () => {
  const { adminUrl } = await testDatabase();
  admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`
    INSERT INTO console.customers (id, name, slug, updated_at) SELECT 'cus_' || i, 'Customer ' || i, 'c' || i, now() FROM generate_series(0, 2) i;
    INSERT INTO console.deployments (id, customer_id, name, mode, updated_at) SELECT 'dep_' || i, 'cus_' || i, 'Site ' || i, 'connected', now() FROM generate_series(0, 2) i;
    SELECT boundary.prepare_day('2026-11-24'::date - i) FROM generate_series(0, 9) i`);
  await admin.query(WRITE);
  await admin.query("ANALYZE boundary.crossings");
});
afterAll(async () => {
  await admin.end();
  await closeDatabase();
});

const query = (params: Record<string, string> = {}) => crossingQuery(parseListQuery(params, CROSSING_LIST));
const list = (params: Record<string, string> = {}, actor = owner, scope: CrossingScope = {}) =>
  listCrossings(actor, query(params), scope);
const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);
const countWhere = (fits: (i: number) => boolean) => numbers.filter(fits).length;

describe("the list of 10,000 crossings", () => {
  test("is newest first, counted exactly, and its pages hold every crossing once, to the last", async () => {
    const seen: string[] = [];
    for (const page of ["1", "2", "3"]) {
      const { rows, total, more } = await list({ page, size: "100" });
      expect({ total, more }).toEqual({ total: COUNT, more: false });
      seen.push(...rows.map(({ crossingId }) => crossingId));
    }
    expect(new Set(seen).size).toBe(300);
    expect(seen).toEqual(seen.toSorted().toReversed());
    const last = await list({ page: "100", size: "100" });
    expect(last.rows.at(-1)?.crossingId).toBe(`crs_${"0".repeat(26)}`);
    expect((await list({ page: "101", size: "100" })).rows).toEqual([]);
    expect((await list({ sort: "time" })).rows[0]?.crossingId).toBe(`crs_${"0".repeat(26)}`);
  });

  test("puts the refused ones first, and the others after the last of them", async () => {
    const refused = countWhere((i) => i % 7 === 0);
    const pages = Math.ceil(refused / 100);
    const first = await list({ sort: "-refused", size: "100" });
    expect(first.total).toBe(COUNT);
    expect(new Set(first.rows.map(({ outcome }) => outcome))).toEqual(new Set(["refused"]));
    const edge = await list({ sort: "-refused", size: "100", page: String(pages) });
    expect(edge.rows.filter(({ outcome }) => outcome === "refused")).toHaveLength(refused % 100);
    expect(edge.rows[refused % 100]?.crossingId).toBe(`crs_${String(COUNT - 1).padStart(26, "0")}`);
    const next = await list({ sort: "-refused", size: "100", page: String(pages + 1) });
    const seen = [...edge.rows, ...next.rows].map(({ crossingId }) => crossingId);
    expect(new Set(seen).size).toBe(200);
  });

  test.each<[string, Record<string, string>, (i: number) => boolean]>([
    ["an outcome", { outcome: "refused" }, (i) => i % 7 === 0],
    ["what no rule let pass", { rule: "none" }, (i) => i % 7 === 0],
    [
      "two rules",
      { rule: `rule_${"0".repeat(25)}1,rule_${"0".repeat(25)}2` },
      (i) => i % 7 > 0 && [1, 2].includes(i % 4),
    ],
    [
      "direction, kind and client",
      { direction: "ingress", kind: "webhook", client: "Application 1" },
      (i) => i % 5 === 0 && i % 2 === 1,
    ],
    ["a part of the other side's name", { q: "HOST10.exam" }, (i) => i % 11 === 10],
    [
      "a part of an address that has no name",
      { q: "203.0.113.7" },
      (i) => i % 11 === 0 && /^7\d?$/.test(`${i % 200}`),
    ],
    ["a network", { address: "203.0.113.64/27" }, (i) => i % 200 >= 64 && i % 200 < 96],
    [
      "a network and an outcome",
      { address: "203.0.113.64/27", outcome: "refused" },
      (i) => i % 200 >= 64 && i % 200 < 96 && i % 7 === 0,
    ],
    ["a port", { port: "444" }, () => false],
    ["an event behind it", { q: `evt_${"21".padStart(26, "0")}` }, (i) => i === 42 || i === 43],
    [
      "a time with odd ends",
      { since: "2026-11-22T03:17:30Z", until: "2026-11-23T22:05:00Z" },
      (i) => i > 595 && i <= 3162,
    ],
    [
      "a part of an hour",
      { since: "2026-11-23T22:05:00Z", until: "2026-11-23T22:25:00Z" },
      (i) => i > 575 && i <= 595,
    ],
    ["a whole day", { since: "2026-11-22", until: "2026-11-22" }, (i) => i > 480 + 1440 && i <= 480 + 2880],
    ["a network that is none", { address: "203.0.113.300/27" }, () => false],
  ])("is narrowed by %s: counted, listed and drawn alike", async (_, params, fits) => {
    const expected = numbers.filter(fits);
    const { rows, total } = await list({ ...params, size: "100" });
    expect(total).toBe(expected.length);
    expect(rows.map(({ crossingId }) => crossingId)).toEqual(
      expected.slice(0, 100).map((i) => `crs_${String(COUNT - i).padStart(26, "0")}`),
    );
    const { bars } = await crossingHistogram(owner, query(params), {}, NOW);
    const drawn = bars.reduce((sum, bar) => sum + bar.passed + bar.refused + bar.failed, 0);
    expect(drawn).toBe(expected.length);
    expect(bars.reduce((sum, bar) => sum + bar.refused, 0)).toBe(expected.filter((i) => i % 7 === 0).length);
    const facets = await countFacets(owner, query(params));
    const counted = facets.outcome
      .filter(({ value }) => !params.outcome || params.outcome === value)
      .reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(expected.length);
  });

  test("says of each filter what it would leave, the others as they are", async () => {
    const facets = await countFacets(owner, query({ outcome: "refused", direction: "ingress" }));
    expect(facets.outcome).toEqual([
      { value: "allowed", label: null, count: countWhere((i) => i % 5 === 0 && i % 7 > 0) },
      { value: "refused", label: null, count: countWhere((i) => i % 35 === 0) },
    ]);
    expect(facets.direction.map(({ value, count }) => [value, count])).toEqual([
      ["egress", countWhere((i) => i % 7 === 0 && i % 5 > 0)],
      ["ingress", countWhere((i) => i % 35 === 0)],
    ]);
    expect(facets.newest).toEqual({ of: ["rule", "peer", "environment"], crossings: 5_000 });
    const some = query({ outcome: "refused", direction: "ingress", since: "2026-11-22" });
    const { rule, newest } = await countFacets(owner, some);
    const count = countWhere((i) => i % 35 === 0 && i <= 3_360);
    expect({ rule, newest }).toEqual({ rule: [{ value: "none", label: null, count }], newest: null });
    const gone = await countFacets(owner, query({ peer: "gone.example.com" }));
    expect(gone.peer.at(-1)).toEqual({ value: "gone.example.com", label: null, count: 0 });
  });
});

describe("the bars", () => {
  test("stand without a hole from the first to the last, each as high as what began in it", async () => {
    const hour = { since: "2026-11-24T06:00:00Z", until: "2026-11-24T07:00:00Z" };
    const { bars, stepMs } = await crossingHistogram(owner, query(hour), {}, NOW);
    expect(stepMs).toBe(5 * 60_000);
    expect(bars.map((bar) => bar.passed + bar.refused)).toEqual(Array.from({ length: 12 }, () => 5));
    expect(bars[0]?.from.toISOString()).toBe("2026-11-24T06:00:00.000Z");
  });

  test("are none where nothing ever crossed", async () => {
    const nowhere = anActor("auditor", ["cus_none"]);
    expect(await crossingHistogram(nowhere, query(), {}, NOW)).toEqual({
      stepMs: 0,
      bars: [],
      readMax: null,
    });
  });
});

describe("the walls", () => {
  test("who sees one customer sees its crossings, in the list, in the counts and in the bars", async () => {
    const own = countWhere((i) => i % 3 === 1);
    const { rows, total } = await list({ size: "100" }, auditor);
    expect(total).toBe(own);
    expect(new Set(rows.map(({ customerId }) => customerId))).toEqual(new Set(["cus_1"]));
    const facets = await countFacets(auditor, query());
    expect(facets.outcome.reduce((sum, { count }) => sum + count, 0)).toBe(own);
    const { bars } = await crossingHistogram(auditor, query(), {}, NOW);
    expect(bars.reduce((sum, bar) => sum + bar.passed + bar.refused, 0)).toBe(own);
    expect((await list({}, auditor, { deploymentId: "dep_2" })).total).toBe(0);
    expect((await list({ customer: "cus_2", address: "203.0.113.0/24" }, auditor)).total).toBe(0);
  });

  test("another customer's crossing reads as not found, and another deployment's does there", async () => {
    const [foreign] = (await list({ customer: "cus_2" })).rows;
    const id = foreign?.id ?? "";
    await expect(getCrossing(auditor, id)).rejects.toMatchObject({ kind: "not_found" });
    await expect(getCrossing(owner, id)).resolves.toMatchObject({
      id,
      customerName: "Customer 2",
      deploymentName: "Site 2",
    });
    await expect(getCrossing(owner, id, { deploymentId: "dep_1" })).rejects.toMatchObject({
      kind: "not_found",
    });
    await expect(getCrossing(owner, "nothing")).rejects.toMatchObject({ kind: "not_found" });
  });

  test("row-level security narrows the crossings and their counts even where a query forgets to", async () => {
    const console = new pg.Client(process.env.SALLYPORT_CONSOLE_DATABASE_URL);
    await console.connect();
    await console.query("SELECT set_config('sallyport.customers', 'cus_1', false)");
    for (const table of ["crossings", "crossing_hours", "crossing_days", "rule_uses"]) {
      const { rows } = await console.query(`SELECT DISTINCT customer_id FROM boundary.${table}`);
      expect(rows, table).toEqual([{ customer_id: "cus_1" }]);
    }
    await console.end();
  });
});

describe("an export", () => {
  const taken = async (...args: Parameters<typeof exportCrossings>) => {
    let text = "";
    for await (const piece of await exportCrossings(...args)) text += piece;
    return text;
  };

  test("holds every crossing of the filter once, the oldest first, in UTC, and no formula", async () => {
    const lines = (await taken(owner, "ndjson", query({ outcome: "allowed" }), {}, NOW))
      .trimEnd()
      .split("\n");
    const records = lines.map((line) => JSON.parse(line));
    expect(records).toHaveLength(countWhere((i) => i % 7 > 0));
    const ids = records.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted());
    expect(records[0].began_at_utc).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const csv = await taken(owner, "csv", query({ client: '=HYPERLINK("http://x")' }), {}, NOW);
    expect(csv.split("\r\n")).toHaveLength(3);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
  });

  test("is for who may take crossings away, and of what they may see", async () => {
    const operator = anActor("operator");
    await expect(exportCrossings(operator, "csv", query())).rejects.toMatchObject({ kind: "forbidden" });
    await expect(exportCrossings(auditor, "csv", query(), { deploymentId: "dep_2" })).rejects.toMatchObject({
      kind: "not_found",
    });
    const lines = (await taken(auditor, "ndjson", query(), {}, NOW)).trimEnd().split("\n");
    expect(lines).toHaveLength(countWhere((i) => i % 3 === 1));
  });
});

describe("the counts", () => {
  const same = async () => {
    const { rows } = await admin.query(`
      WITH counted AS (
        SELECT at, deployment_id, outcome, peer, sum(count) AS count, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out
        FROM boundary.crossing_hours GROUP BY 1, 2, 3, 4 HAVING sum(count) <> 0
      ), kept AS (
        SELECT date_trunc('hour', began_at, 'UTC') AS at, deployment_id, outcome, coalesce(peer_name, host(peer_address)) AS peer,
          count(*) AS count, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out
        FROM boundary.crossings GROUP BY 1, 2, 3, 4
      )
      (SELECT * FROM counted EXCEPT SELECT * FROM kept) UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM counted)`);
    return rows;
  };

  test("are what was written, also when it goes further or is written twice", async () => {
    expect(await same()).toEqual([]);
    await admin.query(
      "UPDATE boundary.crossings SET outcome = 'failed', bytes_in = bytes_in + 7 WHERE began_at >= '2026-11-24T05:00Z'",
    );
    expect(await same()).toEqual([]);
    await admin.query(
      `${WRITE} ON CONFLICT (deployment_id, began_at, id) DO UPDATE SET outcome = excluded.outcome, bytes_in = excluded.bytes_in`,
    );
    expect(await same()).toEqual([]);
    expect((await list({ outcome: "failed" })).total).toBe(0);
  });

  test("go with the days that are dropped", async () => {
    await admin.query("SELECT boundary.drop_days_before('2026-11-22')");
    expect(await same()).toEqual([]);
    const { total } = await list();
    expect(total).toBe(countWhere((i) => i <= 480 + 2880));
    expect((await list({ page: String(Math.ceil(total / 100)), size: "100" })).rows).toHaveLength(
      total % 100 || 100,
    );
  });

  test("know when each rule let something pass for the last time", async () => {
    const { rows } = await admin.query(
      "SELECT rule_id, last_at FROM boundary.rule_uses WHERE deployment_id = 'dep_1' ORDER BY rule_id",
    );
    const last = (fits: (i: number) => boolean) =>
      new Date(NOW.getTime() - (numbers.find((i) => i % 3 === 1 && fits(i)) ?? 0) * 60_000);
    expect(rows).toEqual([
      { rule_id: "", last_at: last(() => true) },
      ...[0, 1, 2, 3].map((rule) => ({
        rule_id: `rule_${String(rule).padStart(26, "0")}`,
        last_at: last((i) => i % 7 > 0 && i % 4 === rule),
      })),
    ]);
  });
});

// The last one: it adds to what the others count.
test("what could not be kept is in the list and in the file, with how many", async () => {
  await admin.query(`
    INSERT INTO boundary.crossings (id, began_at, customer_id, deployment_id, gateway, direction, kind, outcome, reason, missing)
    VALUES ('crs_gap', '2026-11-24T07:30:00Z', 'cus_0', 'dep_0', 'gw', 'egress', 'gap', 'failed', 'disk_full', 17)`);
  expect(await list({ kind: "gap" })).toMatchObject({
    total: 1,
    rows: [{ missing: 17, reason: "disk_full" }],
  });
  let text = "";
  for await (const piece of await exportCrossings(owner, "ndjson", query({ kind: "gap" }), {}, NOW))
    text += piece;
  expect(JSON.parse(text)).toMatchObject({ id: "crs_gap", missing: 17 });
});

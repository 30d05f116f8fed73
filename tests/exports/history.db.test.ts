import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportAllowlist } from "#lib/allowlist/export.ts";
import { recordPrint } from "#lib/exports/commands.ts";
import { listExports } from "#lib/exports/queries.ts";
import { EXPORT_LIST } from "#lib/exports/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const LATER = new Date("2026-12-24T08:00:00Z");
const COUNT = 10_000;
const support = anActor("support");

beforeAll(async () => {
  const { adminUrl } = await testDatabase();
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`
    INSERT INTO console.customers (id, name, slug, updated_at) VALUES ('cus_1', 'One', 'one', now()), ('cus_2', 'Two', 'two', now());
    INSERT INTO console.deployments (id, customer_id, name, mode, updated_at) VALUES
      ('dep_1', 'cus_1', 'Big', 'connected', now()), ('dep_2', 'cus_2', 'New', 'connected', now());
    INSERT INTO console.allowlist_exports
      (id, customer_id, deployment_id, format, digest, file_sha256, rules, left_out, taken_by_id, taken_by_name, taken_from, created_at)
    SELECT 'exp_' || lpad(i::text, 6, '0'), 'cus_1', 'dep_1', (ARRAY['nftables', 'csv', 'json', 'print'])[1 + i % 4],
      md5((i / 100)::text) || md5('x'), md5('file ' || i) || md5('y'), i % 50, 0, 'person_' || i % 5, 'Person ' || i % 5,
      '192.0.2.' || i % 250, '2026-01-01'::timestamptz + i / 2 * interval '1 minute'
    FROM generate_series(0, ${COUNT - 1}) i;
    INSERT INTO console.allowlist_rules
      (id, customer_id, deployment_id, direction, protocol, port_from, port_to, peer_kind, peer, purpose, expires_at, updated_at)
    VALUES
      ('rule_1', 'cus_2', 'dep_2', 'egress', 'tcp', 443, 443, 'cidr', '203.0.113.0/24', 'Reach the partner', NULL, now()),
      ('rule_2', 'cus_2', 'dep_2', 'egress', 'tcp', 443, 443, 'fqdn', 'api.example.com', 'Reach the API', NULL, now()),
      ('rule_3', 'cus_2', 'dep_2', 'egress', 'udp', 123, 123, 'cidr', '192.0.2.1/32', 'Time', '2026-12-01', now())`);
  await admin.end();
});
afterAll(closeDatabase);

const list = async (params: Record<string, string>, deploymentId = "dep_1", now = NOW) =>
  (await listExports(support, deploymentId, parseListQuery(params, EXPORT_LIST), now)).page;

describe("a history of 10,000 exports", () => {
  test.each(EXPORT_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
    const seen = new Set<string>();
    const probes = [1, 2, 50, 99, 100];
    for (const page of probes)
      for (const { id } of (await list({ sort, size: "100", page: String(page) })).rows) seen.add(id);
    expect(seen.size).toBe(probes.length * 100);
    expect((await list({ sort })).total).toBe(COUNT);
  });

  test("begins with the newest", async () => {
    expect((await list({})).rows[0]?.id).toBe(`exp_00${COUNT - 1}`);
  });

  test("is counted, filtered and searched by the server", async () => {
    expect((await list({ format: "csv,json" })).total).toBe(COUNT / 2);
    expect((await list({ q: "person 3" })).total).toBeGreaterThanOrEqual(COUNT / 5);
    const [first] = (await list({ sort: "taken", size: "25" })).rows;
    expect((await list({ q: `sha256:${first?.digest}` })).total).toBe(100);
    expect((await list({ q: first?.fileSha256.slice(0, 20).toUpperCase() ?? "" })).rows).toMatchObject([
      { id: first?.id },
    ]);
    expect((await list({ state: "current" })).total).toBe(0);
    expect((await list({ state: "outdated" })).total).toBe(COUNT);
    for (const sign of ["%", "_"]) expect((await list({ q: sign })).total).toBe(0);
  });
});

describe("what is taken away", () => {
  test("is kept with who took it, what the file held, and is current until a door changes", async () => {
    const file = await exportAllowlist(anActor("auditor", ["cus_2"]), "dep_2", "nftables", NOW);
    const [taken] = (await list({}, "dep_2")).rows;
    expect(taken).toMatchObject({
      ...{ format: "nftables", formatName: "nftables", rules: 2, leftOut: 1, current: true },
      ...{ takenByName: "The auditor", takenFrom: "192.0.2.7", createdAt: NOW },
    });
    expect(file.body).toContain(`content sha256:${taken?.digest}`);
    // The third rule expires in between: the file opens more than is in force.
    expect((await list({}, "dep_2", LATER)).rows).toMatchObject([{ id: taken?.id, current: false }]);
    expect((await list({ state: "current" }, "dep_2")).total).toBe(1);
    expect((await list({ state: "current" }, "dep_2", LATER)).total).toBe(0);
    const before = await list({}, "dep_2");
    await asSystem("a test moves an expiry", (tx) =>
      tx.allowlistRule.update({ where: { id: "rule_3" }, data: { expiresAt: LATER } }),
    );
    expect(before.rows[0]?.current).toBe(true);
    expect((await list({}, "dep_2")).rows[0]?.current).toBe(false);
  });

  test("on paper is in the history as well", async () => {
    const { digest } = await recordPrint(support, { deploymentId: "dep_2" }, LATER);
    expect((await list({ q: digest }, "dep_2")).rows).toMatchObject([
      { format: "print", formatName: "On paper" },
    ]);
  });

  test("stays as it was written, whatever the program does", async () => {
    const alter = asSystem("a test tries to rewrite the history", (tx) =>
      tx.allowlistExport.updateMany({ data: { takenByName: "Nobody" } }),
    );
    await expect(alter).rejects.toThrow(/permission denied/);
    const remove = asSystem("a test tries to cut the history", (tx) => tx.allowlistExport.deleteMany());
    await expect(remove).rejects.toThrow(/permission denied/);
  });

  test("of another customer is not there", async () => {
    const stranger = anActor("customer_admin", ["cus_2"]);
    const query = parseListQuery({}, EXPORT_LIST);
    await expect(listExports(stranger, "dep_1", query, NOW)).rejects.toMatchObject({ kind: "not_found" });
  });
});

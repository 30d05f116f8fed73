import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportAllowlist } from "#lib/allowlist/export.ts";
import { getBoundary, listRules } from "#lib/allowlist/queries.ts";
import { RULE_LIST } from "#lib/allowlist/schema.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const COUNT = 10_000;
const support = anActor("support");

beforeAll(async () => {
  const { adminUrl } = await testDatabase();
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`
    INSERT INTO console.customers (id, name, slug, updated_at) VALUES ('cus_1', 'One', 'one', now());
    INSERT INTO console.deployments (id, customer_id, name, mode, updated_at) VALUES ('dep_1', 'cus_1', 'Big', 'connected', now());
    INSERT INTO console.allowlist_rules
      (id, customer_id, deployment_id, direction, protocol, port_from, port_to, peer_kind, peer, purpose, owner_name, expires_at, updated_at)
    SELECT 'rule_' || lpad(i::text, 6, '0'), 'cus_1', 'dep_1',
      (ARRAY['egress', 'ingress'])[1 + i % 2]::console.rule_direction, 'tcp', 443 + i % 3, 443 + i % 3, 'cidr',
      '10.' || i / 256 || '.' || i % 256 || '.0/24', 'Purpose ' || i % 7, 'Owner ' || i % 5,
      CASE i % 10 WHEN 0 THEN '2026-11-01'::timestamptz WHEN 1 THEN '2026-12-01' ELSE NULL END, now()
    FROM generate_series(0, ${COUNT - 1}) i`);
  await admin.end();
});
afterAll(closeDatabase);

const list = (params: Record<string, string>) =>
  listRules(support, "dep_1", parseListQuery(params, RULE_LIST), NOW);

describe("a list of 10,000 rules", () => {
  test.each(RULE_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
    const seen = new Set<string>();
    const probes = [1, 2, 50, 99, 100];
    for (const page of probes) {
      for (const { id } of (await list({ sort, size: "100", page: String(page) })).rows) seen.add(id);
    }
    expect(seen.size).toBe(probes.length * 100);
    expect((await list({ sort })).total).toBe(COUNT);
  });

  test("is counted, filtered and searched by the server", async () => {
    expect((await list({ state: "expired" })).total).toBe(COUNT / 10);
    expect((await list({ state: "expiring" })).total).toBe(COUNT / 10);
    expect((await list({ state: "open", direction: "egress" })).total).toBe((COUNT * 4) / 10);
    expect((await list({ q: "10.3.7.0" })).rows).toMatchObject([{ peer: "10.3.7.0/24" }]);
    expect((await list({ q: "owner 3" })).total).toBeGreaterThanOrEqual(COUNT / 5);
    expect((await list({ q: "444 owner", direction: "egress" })).total).toBeGreaterThan(0);
  });

  test("keeps percent signs and underscores in a search what they are", async () => {
    expect((await list({ q: "%" })).total).toBe(0);
    expect((await list({ q: "_" })).total).toBe(0);
  });

  test("is a picture of a few doors", async () => {
    const { doors, moreDoors, rules } = await getBoundary(support, "dep_1", NOW);
    expect(doors.length).toBe(6);
    expect(moreDoors).toBe(0);
    expect(rules).toEqual({ open: (COUNT * 9) / 10, expired: COUNT / 10 });
  });

  test("exports every rule in force and no other", async () => {
    const { body } = await exportAllowlist(support, "dep_1", "nftables", NOW);
    expect(body.match(/accept comment "rule_/g)?.length).toBe((COUNT * 9) / 10);
  });
});

import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { loadBase } from "#lib/change-requests/base.ts";
import { configurationOf } from "#lib/gateways/configuration.ts";
import { asSystem } from "#lib/platform/db.ts";
import { seal } from "#lib/platform/seal.ts";
import { deliveriesOf, writeDeliveries } from "#prisma/demo/deliveries.ts";
import { drawFleet } from "#prisma/demo/fleet.ts";
import { goOnCrossing } from "#prisma/demo/go-on.ts";
import { tryOnThePast } from "#prisma/demo/past.ts";
import { writeRows } from "#prisma/demo/write.ts";
import { testDatabase } from "#tests/support/database.ts";

/** What comes about only by using the console, and would be nothing to look at. */
const BY_USE = [
  "bulk_request_items",
  "bulk_requests",
  "recovery_codes",
  "saved_views",
  "sessions",
  "settings",
  "sign_in_attempts",
  "sso_attempts",
  "sso_identities",
  "throttles",
];

let consoleUrl = "";

beforeAll(async () => {
  const { gatewayUrl, ...database } = await testDatabase();
  ({ consoleUrl } = database);
  const now = new Date();
  const fleet = drawFleet({ customers: 60, deployments: 200, now, seal });
  await writeRows(consoleUrl, fleet);
  await writeDeliveries(gatewayUrl, deliveriesOf(fleet, now));
});

test("the demo has something of everything that the console keeps", async () => {
  const tables = await ask<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'console'",
  );
  const empty: string[] = [];
  for (const { name } of tables) {
    const rows = await ask(`SELECT FROM console.${pg.escapeIdentifier(name)} LIMIT 1`);
    if (rows.length === 0) empty.push(name);
  }
  expect(empty.sort()).toEqual(BY_USE);
});

test("what passes in the demo was let pass by a rule of its site, and what was refused was not", async () => {
  const wrong = await ask(`
    SELECT c.id FROM boundary.crossings c LEFT JOIN console.allowlist_rules r
      ON r.id = c.rule_id AND r.deployment_id = c.deployment_id AND r.created_at <= c.began_at
    WHERE (c.outcome = 'refused') = (r.id IS NOT NULL)`);
  expect(wrong).toEqual([]);
  const outcomes = await ask("SELECT DISTINCT outcome FROM boundary.crossings ORDER BY 1");
  expect(outcomes).toEqual([{ outcome: "allowed" }, { outcome: "failed" }, { outcome: "refused" }]);
});

test("the demo shows every state in which a thing may be for long", async () => {
  const kinds = async (table: string, column: string) =>
    (
      await ask<{ kind: string }>(`SELECT DISTINCT ${column}::text AS kind FROM console.${table} ORDER BY 1`)
    ).map(({ kind }) => kind);
  expect(await kinds("deployments", "mode")).toEqual(["air_gapped", "connected", "restricted"]);
  expect(await kinds("environments", "driver")).toEqual(["offline", "workos"]);
  expect(await kinds("environments", "state")).toEqual(["active", "failing", "removed"]);
  expect(await kinds("people", "role")).toEqual([
    "admin",
    "auditor",
    "customer_admin",
    "operator",
    "support",
  ]);
  expect(await kinds("people", "status")).toEqual(["active", "suspended"]);
  expect(await kinds("connections", "state")).toContain("draft");
});

test("what is proposed in the demo stands on the allowlist as it is", async () => {
  const waiting = await asSystem("reading the demo", async (tx) => {
    const requests = await tx.changeRequest.findMany({ where: { state: { in: ["proposed", "approved"] } } });
    return Promise.all(
      requests.map(async ({ deploymentId, baseDigest }) => {
        return (await loadBase(tx, deploymentId)).digest === baseDigest;
      }),
    );
  });
  expect(waiting.length).toBeGreaterThan(3);
  expect(waiting).not.toContain(false);
});

test("gateways of the demo that run beside its console have deliveries that wait and that were given up, with attempts", async () => {
  const states = await ask("SELECT DISTINCT state FROM boundary.relay_deliveries ORDER BY 1");
  expect(states).toEqual([{ state: "dead" }, { state: "waiting" }]);
  const strange = await ask(`SELECT FROM boundary.relay_attempts a LEFT JOIN console.relay_endpoints e
    ON e.id = a.endpoint_id AND e.deployment_id = a.deployment_id WHERE e.id IS NULL`);
  expect(strange).toEqual([]);
  expect(await ask("SELECT FROM boundary.relay_attempts WHERE began_at > now()")).toEqual([]);
});

test("every gateway of the demo can be told what it is to work by, as those of customers are", async () => {
  const told = await asSystem("reading the demo", async (tx) => {
    const gateways = await tx.gateway.findMany({ select: { id: true } });
    return Promise.all(gateways.map(({ id }) => configurationOf(tx, id, new Date())));
  });
  expect(told.length).toBeGreaterThan(20);
  expect(told.every(({ text }) => text.includes('"endpoints":[{'))).toBe(true);
});

async function ask<Row extends object>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: consoleUrl });
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT set_config('sallyport.customers', '*', true)");
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test("what waits to be decided in the demo says what it would have done to past crossings", async () => {
  expect(await tryOnThePast(new Date())).toBeGreaterThan(10);
  const tried = await ask<{ kinds: number }>(`
    SELECT (simulation->'replay'->'refused'->>'kinds')::int + (simulation->'replay'->'allowed'->>'kinds')::int AS kinds
    FROM console.change_requests WHERE state IN ('simulated', 'proposed', 'approved')`);
  expect(tried.filter(({ kinds }) => kinds === null)).toEqual([]);
  expect(tried.some(({ kinds }) => kinds > 0)).toBe(true);
});

test("a demo that was made days ago has crossings of today, and none of a rule that has gone meanwhile", async () => {
  const later = new Date(Date.now() + 5 * 86_400_000);
  const lastDay = `SELECT c.id, r.id AS rule FROM boundary.crossings c LEFT JOIN console.allowlist_rules r
    ON r.id = c.rule_id AND (r.retired_at IS NOT NULL OR r.expires_at < c.began_at)
    WHERE c.began_at > '${new Date(later.getTime() - 86_400_000).toISOString()}' AND c.began_at <= '${later.toISOString()}'`;
  expect(await ask(lastDay)).toEqual([]);
  expect(await goOnCrossing(consoleUrl, later)).toBeGreaterThan(0);
  const found = await ask<{ id: string; rule: string | null }>(lastDay);
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ rule }) => rule !== null)).toEqual([]);
  expect(await goOnCrossing(consoleUrl, later)).toBe(0);
});

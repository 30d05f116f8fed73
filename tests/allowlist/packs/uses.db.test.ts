import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getPack, listPacks, listPackUses } from "#lib/allowlist/packs/queries.ts";
import { PACK_USE_LIST } from "#lib/allowlist/packs/schema.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const COUNT = 10_000;
const support = anActor("support");

beforeAll(async () => {
  const { adminUrl } = await testDatabase();
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`
    INSERT INTO console.customers (id, name, slug, updated_at)
      SELECT 'cus_' || i, 'Customer ' || i, 'customer-' || i, now() FROM generate_series(0, 99) i;
    INSERT INTO console.deployments (id, customer_id, name, mode, archived_at, updated_at)
      SELECT 'dep_' || lpad(i::text, 6, '0'), 'cus_' || i % 100, 'Site ' || lpad(i::text, 6, '0'),
        (ARRAY['connected', 'restricted', 'air_gapped'])[1 + i % 3]::console.deployment_mode,
        CASE WHEN i >= ${COUNT} THEN now() END, now()
      FROM generate_series(0, ${COUNT + 9}) i;
    INSERT INTO console.deployment_capabilities (customer_id, deployment_id, capability, pack_version, updated_at)
      SELECT customer_id, id, 'time', 1 + (id > 'dep_000999')::int, now() FROM console.deployments;`);
  await admin.end();
});
afterAll(closeDatabase);

const uses = (params: Record<string, string> = {}, actor = support) =>
  listPackUses(actor, "time", parseListQuery(params, PACK_USE_LIST));

describe("10,000 deployments with one capability", () => {
  test.each(PACK_USE_LIST.sorts)("sorted by %s, their pages hold every one exactly once", async (sort) => {
    const seen = new Set<string>();
    const probes = [1, 2, 50, 99, 100];
    for (const page of probes)
      for (const { id } of (await uses({ sort, size: "100", page: String(page) })).rows) seen.add(id);
    expect(seen.size).toBe(probes.length * 100);
  });

  test("are counted, filtered and searched by the server; archived ones open nothing and are not among them", async () => {
    expect((await uses()).total).toBe(COUNT);
    expect((await uses({ version: "1" })).total).toBe(1_000);
    expect((await uses({ version: "1,2" })).total).toBe(COUNT);
    expect((await uses({ version: "9999999999" })).total).toBe(0);
    expect((await uses({ mode: "air_gapped" })).total).toBe(3_333);
    expect((await uses({ q: "site 004711" })).rows).toMatchObject([
      { id: "dep_004711", deployment: "Site 004711", customer: "Customer 11", version: 2 },
    ]);
    expect((await uses({ q: "%" })).total).toBe(0);
  });

  test("are counted in the catalogue, with those that stand behind", async () => {
    const packs = await listPacks(support);
    expect(packs.find(({ id }) => id === "time")).toMatchObject({ deployments: COUNT, behind: 1_000 });
    expect(packs.find(({ id }) => id === "sign-in")).toMatchObject({ deployments: 0, behind: 0 });
  });
});

test("who sees one customer sees and counts its deployments only", async () => {
  const theirs = anActor("customer_admin", ["cus_7"]);
  expect((await uses({}, theirs)).total).toBe(100);
  const time = (await listPacks(theirs)).find(({ id }) => id === "time");
  expect(time).toMatchObject({ deployments: 100, behind: 10 });
});

test("a pack that is not in the catalogue is not found", () => {
  expect(() => getPack(support, "gopher")).toThrow(expect.objectContaining({ kind: "not_found" }));
  expect(() => listPackUses(support, "gopher", parseListQuery({}, PACK_USE_LIST))).toThrow(
    expect.objectContaining({ kind: "not_found" }),
  );
});

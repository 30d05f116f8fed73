import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getCustomer, listCustomers } from "#lib/customers/queries.ts";
import { CUSTOMER_LIST, type CustomerListQuery } from "#lib/customers/schema.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { type ListQuery, parseListQuery } from "#lib/platform/list.ts";
import { drawFleet } from "#prisma/demo/fleet.ts";
import type { FleetRows } from "#prisma/demo/rows.ts";
import { writeRows } from "#prisma/demo/write.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const owner = anActor();
let fleet: FleetRows;

beforeAll(async () => {
  const { consoleUrl } = await testDatabase();
  fleet = drawFleet({ customers: 300, deployments: 900, now: NOW, seal: () => "sealed" });
  await writeRows(consoleUrl, fleet);
});
afterAll(closeDatabase);

const list = (params: Record<string, string> = {}, over: Partial<ListQuery> = {}) =>
  listCustomers(owner, { ...parseListQuery(params, CUSTOMER_LIST), ...over } as CustomerListQuery, NOW);
const open = () => fleet.customers.filter((one) => !one.archivedAt);
const deploymentsOf = (id: string) =>
  fleet.deployments.filter((one) => one.customerId === id && !one.archivedAt);

describe("the list of customers", () => {
  test.each(CUSTOMER_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
    const seen: string[] = [];
    for (let page = 1; page <= 12; page++)
      seen.push(...(await list({ sort, page: String(page) })).rows.map((row) => row.id));
    expect(seen.length).toBe(open().length);
    expect(new Set(seen).size).toBe(open().length);
  });

  test("counts deployments by mode and by health, and gathers their regimes", async () => {
    const { rows } = await list({ sort: "-deployments", size: "50" });
    for (const row of rows) {
      const own = deploymentsOf(row.id);
      expect(row.deployments).toBe(own.length);
      expect(row.byMode.air_gapped).toBe(own.filter((one) => one.mode === "air_gapped").length);
      expect(Object.values(row.health).reduce((sum, count) => sum + count, 0)).toBe(own.length);
      expect(row.regimes).toEqual([...new Set(own.flatMap((one) => one.regimes as string[]))].sort());
    }
    const counts = rows.map((row) => row.deployments);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  test("knows when something last happened at each", async () => {
    const { rows } = await list({ sort: "-activity", size: "25" });
    for (const row of rows) {
      const times = fleet.auditEvents
        .filter((one) => one.customerId === row.id)
        .map((one) => Number(one.occurredAt));
      expect(Number(row.lastActivityAt)).toBe(Math.max(...times));
    }
  });

  test("filters by mode and regime of deployments, both at once", async () => {
    const { total } = await list({ mode: "air_gapped", regime: "cjis,hipaa" });
    const fitting = open().filter(({ id }) => {
      const own = deploymentsOf(id);
      const regimes = own.flatMap((one) => one.regimes as string[]);
      return (
        own.some((one) => one.mode === "air_gapped") && regimes.some((one) => ["cjis", "hipaa"].includes(one))
      );
    });
    expect(total).toBe(fitting.length);
    expect(total).toBeGreaterThan(0);
  });

  test("a customer's actor sees one row, and no other customer's", async () => {
    const [own, other] = fleet.customers;
    const narrow = anActor("customer_admin", [own?.id ?? ""]);
    const page = await listCustomers(narrow, parseListQuery({}, CUSTOMER_LIST) as CustomerListQuery, NOW);
    expect(page.rows.map((row) => row.id)).toEqual([own?.id]);
    await expect(getCustomer(narrow, other?.id ?? "")).rejects.toMatchObject({ kind: "not_found" });
  });
});

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { mirrorDomains } from "#lib/domains/mirror.ts";
import { getDomain, listDomains } from "#lib/domains/queries.ts";
import { DOMAIN_LIST, type DomainListQuery } from "#lib/domains/schema.ts";
import type { Domain } from "#lib/drivers/domain-port.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { drawFleet } from "#prisma/demo/fleet.ts";
import { Random } from "#prisma/demo/random.ts";
import type { FleetRows } from "#prisma/demo/rows.ts";
import { writeRows } from "#prisma/demo/write.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { learnStatistics } from "#tests/support/statistics.ts";

const COUNT = 10_000;
const owner = anActor();
let fleet: FleetRows;
let place: { customerId: string; deploymentId: string; environmentId: string };

// Ten thousand of everything on a busy machine take longer than a test usually may.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

beforeAll(async () => {
  const { consoleUrl, adminUrl } = await testDatabase();
  fleet = drawFleet({ customers: 30, deployments: 90, now: new Date(), seal: () => "sealed" });
  const [first] = fleet.domains;
  if (!first) throw new Error("The fleet has no domain.");
  const { customerId, deploymentId, environmentId } = first;
  place = { customerId, deploymentId, environmentId };
  // One site with as many as a fleet has: every domain drawn, again and again under ids of its own.
  const random = new Random("ten thousand domains");
  const at = new Date(first.createdAt as Date);
  fleet.domains = Array.from({ length: COUNT }, (_, index) => ({
    ...(fleet.domains[index % fleet.domains.length] ?? first),
    ...place,
    id: random.id("org_domain", at),
    name: `domain-${index % 500}.${index}.example`,
  }));
  await writeRows(consoleUrl, { ...fleet, auditEvents: [] });
  await learnStatistics(adminUrl);
});
afterAll(closeDatabase);

const NO_FILTERS = { state: [], strategy: [], environment: [], found: [] };
const list = (
  over: Partial<Omit<DomainListQuery, "filters">> & { filters?: Partial<DomainListQuery["filters"]> } = {},
) =>
  listDomains(owner, place.deploymentId, {
    ...{ page: 1, pageSize: 100, sort: "name", direction: "asc", search: "" },
    ...over,
    filters: { ...NO_FILTERS, ...over.filters },
  });

describe("a list of 10,000 domains", () => {
  test.each(DOMAIN_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
    for (const direction of ["asc", "desc"] as const) {
      const seen = new Set<string>();
      for (let page = 1; page <= Math.ceil(COUNT / 997); page++) {
        const { rows, total } = await list({ sort, direction, page, pageSize: 997 });
        expect(total).toBe(COUNT);
        for (const { id } of rows) seen.add(id);
      }
      expect(seen.size).toBe(COUNT);
    }
  });

  test("filters combine, and what was found divides the list without a rest", async () => {
    const fitting = fleet.domains.filter(({ state, strategy }) => state === "verified" && strategy === "dns");
    const { rows, total } = await list({ filters: { state: ["verified"], strategy: ["dns"] } });
    expect(fitting.length).toBeGreaterThan(0);
    expect(total).toBe(fitting.length);
    expect(rows.every(({ state, strategy }) => state === "verified" && strategy === "dns")).toBe(true);
    const parts = ["found", "wrong", "missing", "silent", "never"].map((name) =>
      list({ filters: { found: [name] } }),
    );
    expect((await Promise.all(parts)).reduce((sum, page) => sum + page.total, 0)).toBe(COUNT);
  });

  test("what nobody looked for comes last, whichever way", async () => {
    const last = Math.ceil(COUNT / 100);
    for (const direction of ["asc", "desc"] as const) {
      expect((await list({ sort: "looked", direction })).rows[0]?.lookedAt).not.toBeNull();
      expect((await list({ sort: "looked", direction, page: last })).rows.at(-1)?.lookedAt).toBeNull();
    }
  });

  test("is searched by domain and organization, and takes _ for what it is", async () => {
    expect((await list({ search: "domain-499." })).total).toBe(COUNT / 500);
    const [one] = (await list({ search: "domain-7.7.example" })).rows;
    expect((await list({ search: one?.organizationName ?? "-" })).total).toBeGreaterThan(0);
    expect((await list({ search: "domain_" })).total).toBe(0);
  });

  test("is not there for another customer's people", async () => {
    const other = fleet.customers.find(({ id }) => id !== place.customerId)?.id ?? "";
    const query = { page: 1, pageSize: 10, sort: "name", direction: "asc", search: "" } as const;
    const stranger = anActor("customer_admin", [other]);
    const asked = listDomains(stranger, place.deploymentId, { ...query, filters: NO_FILTERS });
    await expect(asked).rejects.toMatchObject({ kind: "not_found" });
    const [domain] = fleet.domains;
    const one = getDomain(stranger, place.deploymentId, domain?.id ?? "");
    await expect(one).rejects.toMatchObject({ kind: "not_found" });
  });

  test("is repeated whole from what a site tells: what it no longer tells is gone, what is newer here stays", async () => {
    const [first, second, ...rest] = fleet.domains.map(
      (row): Domain => ({
        ...{ id: row.id, organizationId: row.organizationId, organizationName: null, name: row.name },
        ...{
          state: "verified",
          strategy: "dns",
          record: null,
          lastLook: null,
          createdAt: new Date(row.createdAt),
        },
      }),
    );
    if (!(first && second)) throw new Error("There are not enough domains.");
    const at = new Date();
    const later = new Date(at.getTime() + 60_000);
    const write = (told: Domain[], when: Date) =>
      asSystem("a test repeats what a site tells", (tx) => mirrorDomains(tx, place, told, when));
    await asSystem("a test changes one meanwhile", (tx) =>
      tx.domain.update({ where: { id: second.id }, data: { state: "failed", syncedAt: later } }),
    );
    await write([second, ...rest], at);
    expect((await list()).total).toBe(COUNT - 1);
    expect((await list({ filters: { state: ["verified"] } })).total).toBe(COUNT - 2);
    const other = {
      ...place,
      environmentId: fleet.environments.find(({ id }) => id !== place.environmentId)?.id ?? "",
    };
    const claimed = asSystem("a test claims another's", (tx) => mirrorDomains(tx, other, [second], later));
    await expect(claimed).rejects.toMatchObject({ kind: "upstream" });
  });
});

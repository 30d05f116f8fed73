import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { closeDatabase } from "#lib/platform/db.ts";
import { listSetupLinks } from "#lib/setup-links/queries.ts";
import { SETUP_LINK_LIST, type SetupLinkQuery } from "#lib/setup-links/schema.ts";
import { LINK_STATES } from "#lib/setup-links/shape.ts";
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
let deploymentId = "";
let customerId = "";

// Ten thousand of everything on a busy machine take longer than a test usually may.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

beforeAll(async () => {
  const { consoleUrl, adminUrl } = await testDatabase();
  fleet = drawFleet({ customers: 30, deployments: 90, now: new Date(), seal: () => "sealed" });
  const [first] = fleet.setupLinks;
  if (!first) throw new Error("The fleet has no set-up link.");
  ({ deploymentId, customerId } = first);
  // One site with as many as a fleet has: every link drawn, again and again, each for an organization of its own.
  const random = new Random("ten thousand set-up links");
  const at = new Date(first.createdAt as Date);
  fleet.setupLinks = Array.from({ length: COUNT }, (_, index) => ({
    ...(fleet.setupLinks[index % fleet.setupLinks.length] ?? first),
    ...{ id: random.id("slk", at), deploymentId, customerId, environmentId: first.environmentId },
    ...{ organizationId: `org_${index}`, organizationName: `Organization ${index % 500}` },
    ...{ tokenHash: `token ${index}`, codeHash: `code ${index}`, browserHash: `browser ${index}` },
  }));
  await writeRows(consoleUrl, { ...fleet, auditEvents: [] });
  await learnStatistics(adminUrl);
});
afterAll(closeDatabase);

const list = (
  over: Partial<Omit<SetupLinkQuery, "filters">> & { filters?: Partial<SetupLinkQuery["filters"]> } = {},
) =>
  listSetupLinks(owner, deploymentId, {
    ...{ page: 1, pageSize: 100, sort: "created", direction: "desc", search: "" },
    ...over,
    filters: { state: [], environment: [], purpose: [], ...over.filters },
  });

describe("a list of 10,000 set-up links", () => {
  test.each(SETUP_LINK_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
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

  test("every link is in exactly one state, and filters combine", async () => {
    const pages = await Promise.all(LINK_STATES.map((state) => list({ filters: { state: [state] } })));
    expect(pages.reduce((sum, { total }) => sum + total, 0)).toBe(COUNT);
    for (const [index, { rows }] of pages.entries())
      expect(rows.every((row) => row.state === LINK_STATES[index])).toBe(true);
    const both = fleet.setupLinks.filter(
      ({ purposes, finishedAt }) => finishedAt && (purposes as string[]).includes("dsync"),
    );
    expect((await list({ filters: { state: ["finished"], purpose: ["dsync"] } })).total).toBe(both.length);
    expect(both.length).toBeGreaterThan(0);
  });

  test("what was never opened comes last, whichever way", async () => {
    for (const direction of ["asc", "desc"] as const) {
      expect((await list({ sort: "opened", direction })).rows[0]?.openedAt).not.toBeNull();
      const end = await list({ sort: "opened", direction, page: COUNT / 100 });
      expect(end.rows.at(-1)?.openedAt).toBeNull();
    }
  });

  test("is searched by organization, and takes % for what it is", async () => {
    expect((await list({ search: "organization 499" })).total).toBe(COUNT / 500);
    expect((await list({ search: "%" })).total).toBe(0);
  });

  test("is not there for another customer's people", async () => {
    const other = fleet.customers.find(({ id }) => id !== customerId)?.id ?? "";
    const asked = listSetupLinks(anActor("customer_admin", [other]), deploymentId, {
      ...{ page: 1, pageSize: 10, sort: "created", direction: "asc", search: "" },
      filters: { state: [], environment: [], purpose: [] },
    });
    await expect(asked).rejects.toMatchObject({ kind: "not_found" });
  });
});

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { listDirectories } from "#lib/directories/queries.ts";
import { DIRECTORY_LIST, type DirectoryListQuery } from "#lib/directories/schema.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
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
  const [first] = fleet.directories;
  if (!first) throw new Error("The fleet has no directory.");
  ({ deploymentId, customerId } = first);
  // One site with as many as a fleet has: every directory drawn, again and again under ids of its own.
  const random = new Random("ten thousand directories");
  const at = new Date(first.createdAt as Date);
  fleet.directories = Array.from({ length: COUNT }, (_, index) => ({
    ...(fleet.directories[index % fleet.directories.length] ?? first),
    ...{ id: random.id("directory", at), deploymentId, customerId, environmentId: first.environmentId },
    name: `Directory ${index % 500}`,
  }));
  await writeRows(consoleUrl, { ...fleet, auditEvents: [] });
  await learnStatistics(adminUrl);
});
afterAll(closeDatabase);

const list = (
  over: Partial<Omit<DirectoryListQuery, "filters">> & {
    filters?: Partial<DirectoryListQuery["filters"]>;
  } = {},
) =>
  listDirectories(owner, deploymentId, {
    ...{ page: 1, pageSize: 100, sort: "name", direction: "asc", search: "" },
    ...over,
    filters: { state: [], environment: [], sync: [], ...over.filters },
  });

describe("a list of 10,000 directories", () => {
  test.each(DIRECTORY_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
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

  test("filters combine, and the total is exact", async () => {
    const day = Date.now() - DAY_MS;
    const fitting = fleet.directories.filter(
      (one) => one.state === "active" && one.lastSyncAt && new Date(one.lastSyncAt).getTime() > day,
    );
    const { rows, total } = await list({ filters: { state: ["active"], sync: ["day"] } });
    expect(total).toBe(fitting.length);
    expect(rows.every((row) => row.state === "active" && Number(row.lastSyncAt) > day)).toBe(true);
    const parts = ["day", "older", "never"].map((name) => list({ filters: { sync: [name] } }));
    expect((await Promise.all(parts)).reduce((sum, page) => sum + page.total, 0)).toBe(COUNT);
    const failing = fleet.directories.filter(({ problem }) => problem);
    expect(failing.length).toBeGreaterThan(0);
    expect((await list({ filters: { sync: ["failing"] } })).total).toBe(failing.length);
  });

  test("what is not known comes last, whichever way", async () => {
    const last = Math.ceil(COUNT / 100);
    for (const direction of ["asc", "desc"] as const) {
      expect((await list({ sort: "lastSync", direction })).rows[0]?.lastSyncAt).not.toBeNull();
      const end = await list({ sort: "lastSync", direction, page: last });
      expect(end.rows.at(-1)?.lastSyncAt).toBeNull();
    }
  });

  test("is searched by name and organization, and takes % for what it is", async () => {
    expect((await list({ search: "directory 499" })).total).toBe(COUNT / 500);
    expect((await list({ search: "%" })).total).toBe(0);
  });

  test("is not there for another customer's people", async () => {
    const other = fleet.customers.find(({ id }) => id !== customerId)?.id ?? "";
    const query = { page: 1, pageSize: 10, sort: "name", direction: "asc", search: "" } as const;
    const asked = listDirectories(anActor("customer_admin", [other]), deploymentId, {
      ...query,
      filters: { state: [], environment: [], sync: [] },
    });
    await expect(asked).rejects.toMatchObject({ kind: "not_found" });
  });
});

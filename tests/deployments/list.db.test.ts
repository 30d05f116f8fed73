import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { listDeploymentFilters, listDeployments } from "#lib/deployments/queries.ts";
import { DEPLOYMENT_LIST, type DeploymentListQuery } from "#lib/deployments/schema.ts";
import { HEALTH } from "#lib/deployments/words.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { drawFleet } from "#prisma/demo/fleet.ts";
import type { FleetRows } from "#prisma/demo/rows.ts";
import { writeRows } from "#prisma/demo/write.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { learnStatistics } from "#tests/support/statistics.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const owner = anActor();
let fleet: FleetRows;

// Ten thousand of everything on a busy machine take longer than a test usually may.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

beforeAll(async () => {
  const { consoleUrl, adminUrl } = await testDatabase();
  fleet = drawFleet({ customers: 3_000, deployments: 10_000, now: NOW, seal: () => "sealed" });
  // Most of all rows, and no list of deployments reads them.
  const unread = {
    auditEvents: [],
    crossings: [],
    changeApprovals: [],
    changeComments: [],
    gatewayErrands: [],
  };
  await writeRows(consoleUrl, { ...fleet, ...unread });
  await learnStatistics(adminUrl);
});
afterAll(closeDatabase);

const query = (
  over: Partial<Omit<DeploymentListQuery, "filters">> & {
    filters?: Partial<DeploymentListQuery["filters"]>;
  } = {},
): DeploymentListQuery => ({
  page: 1,
  pageSize: 100,
  sort: "name",
  direction: "asc",
  search: "",
  ...over,
  filters: {
    ...(Object.fromEntries(
      DEPLOYMENT_LIST.filters.map((name) => [name, []]),
    ) as unknown as DeploymentListQuery["filters"]),
    ...over.filters,
  },
});

const list = (over?: Parameters<typeof query>[0]) => listDeployments(owner, query(over), NOW);
const open = () => fleet.deployments.filter((one) => !one.archivedAt);

describe("a list of 10,000 deployments", () => {
  test.each(DEPLOYMENT_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
    const { total } = await list({ sort });
    expect(total).toBe(open().length);
    for (const direction of ["asc", "desc"] as const) {
      const seen: string[] = [];
      for (let page = 1; page <= Math.ceil(total / 997); page++) {
        const { rows } = await list({ sort, direction, page, pageSize: 997 });
        seen.push(...rows.map((row) => row.id));
      }
      expect(new Set(seen).size).toBe(total);
      expect(seen.length).toBe(total);
    }
  });

  test("descending is ascending the other way round, but for what is unknown, which comes last both times", async () => {
    const first = await list({ sort: "heard", direction: "asc" });
    const last = await list({ sort: "heard", direction: "desc" });
    const heard = open().flatMap((one) => (one.lastHeardAt ? [Number(one.lastHeardAt)] : []));
    expect(Number(first.rows[0]?.lastHeardAt)).toBe(Math.min(...heard));
    expect(Number(last.rows[0]?.lastHeardAt)).toBe(Math.max(...heard));
    const pages = Math.ceil(first.total / 100);
    expect(
      (await list({ sort: "heard", direction: "desc", page: pages })).rows.at(-1)?.lastHeardAt,
    ).toBeNull();
    expect(
      (await list({ sort: "heard", direction: "asc", page: pages })).rows.at(-1)?.lastHeardAt,
    ).toBeNull();
  });

  test("the worst comes first when sorted by health", async () => {
    const { rows } = await list({ sort: "health" });
    expect(rows[0]?.health).toBe(HEALTH[0]);
    const ranks = rows.map((row) => HEALTH.indexOf(row.health));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });

  test("counts environments that stand, connections, directories, and rules in force", async () => {
    const { rows } = await list({ sort: "created", direction: "desc", page: 20 });
    for (const row of rows) {
      const environments = fleet.environments.filter(
        (one) => one.deploymentId === row.id && one.state !== "removed",
      );
      const connections = fleet.connections.filter((one) => one.deploymentId === row.id);
      const directories = fleet.directories.filter((one) => one.deploymentId === row.id);
      const notSyncing = directories.filter((one) => one.problem || one.state === "invalid_credentials");
      if (notSyncing.length > 0) expect(["failing", "degraded"]).toContain(row.health);
      const rules = fleet.allowlistRules.filter((one) => one.deploymentId === row.id && !one.retiredAt);
      const expired = rules.filter((one) => one.expiresAt && new Date(one.expiresAt) <= NOW);
      expect(row).toMatchObject({
        environments: environments.length,
        connections: connections.length,
        activeConnections: connections.filter((one) => one.state === "active").length,
        directories: directories.length,
        failingDirectories: notSyncing.length,
        rules: rules.length - expired.length,
        expiredRules: expired.length,
      });
    }
  });

  test("filters combine: every row fits all of them, and the total is exact", async () => {
    const filters = {
      mode: ["restricted"],
      tag: ["finance", "payments"],
      regime: ["pci_dss"],
      version: ["9.4.2", "9.4.1"],
    };
    const { rows, total } = await list({ filters });
    const fitting = open().filter(
      (one) =>
        one.mode === "restricted" &&
        (one.tags as string[]).some((tag) => filters.tag.includes(tag)) &&
        (one.regimes as string[]).includes("pci_dss") &&
        filters.version.includes(one.productVersion ?? ""),
    );
    expect(total).toBe(fitting.length);
    expect(rows.length).toBe(Math.min(100, total));
    expect(total).toBeGreaterThan(50);
  });

  test("filters by health and by allowlist divide the fleet without rest", async () => {
    const healths = await Promise.all(HEALTH.map((health) => list({ filters: { health: [health] } })));
    expect(healths.map((page) => page.total).every((total) => total > 0)).toBe(true);
    expect(healths.reduce((sum, page) => sum + page.total, 0)).toBe(open().length);
    const states = ["empty", "open", "expiring", "expired"].map((state) =>
      list({ filters: { allowlist: [state] } }),
    );
    expect((await Promise.all(states)).reduce((sum, page) => sum + page.total, 0)).toBe(open().length);
  });

  test("finds every word of a search wherever it stands, and takes % and _ for what they are", async () => {
    const { rows, total } = await list({ search: "corvane DAWN" });
    expect(total).toBeGreaterThan(0);
    for (const row of rows) {
      const text = `${row.name} ${row.customerName} ${row.site}`.toLowerCase();
      expect(text).toContain("corvane");
      expect(text).toContain("dawn");
    }
    expect((await list({ search: "%" })).total).toBe(0);
    expect((await list({ search: "_" })).total).toBeGreaterThan(0); // ids hold one
    expect((await list({ search: "dep\\" })).total).toBe(0);
  });

  test("finds the deployment of a client id that somebody pasted", async () => {
    const environment = fleet.environments.find((one) => one.state === "active");
    const { rows } = await list({ search: environment?.clientId ?? "" });
    expect(rows.map((row) => row.id)).toEqual([environment?.deploymentId]);
  });

  test("archived deployments are out of sight until asked for", async () => {
    const gone = fleet.deployments.filter((one) => one.archivedAt);
    expect(gone.length).toBeGreaterThan(0);
    expect((await list({ filters: { state: ["archived"] } })).total).toBe(gone.length);
    expect((await list({ filters: { state: ["archived", "open"] } })).total).toBe(fleet.deployments.length);
  });

  test("a page beyond the end is empty and still knows the total", async () => {
    expect(await list({ page: 100_000 })).toMatchObject({ rows: [], total: open().length });
  });

  test("an actor who sees one customer lists and counts that customer's deployments only", async () => {
    const id = fleet.customers[0]?.id ?? "";
    const theirs = open().filter((one) => one.customerId === id);
    const narrow = anActor("customer_admin", [id]);
    const page = await listDeployments(narrow, query(), NOW);
    expect(page.total).toBe(theirs.length);
    expect(new Set(page.rows.map((row) => row.customerId))).toEqual(new Set([id]));
    const tags = new Set(theirs.flatMap((one) => one.tags as string[]));
    expect(new Set((await listDeploymentFilters(narrow)).tags)).toEqual(tags);
    expect((await listDeployments(anActor("customer_admin", []), query(), NOW)).total).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { listKeys } from "#lib/api-keys/queries.ts";
import { KEY_LIST } from "#lib/api-keys/schema.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { listRedirectUris } from "#lib/redirect-uris/queries.ts";
import { REDIRECT_URI_LIST } from "#lib/redirect-uris/schema.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { drawFleet } from "#prisma/demo/fleet.ts";
import { Random } from "#prisma/demo/random.ts";
import type { FleetRows } from "#prisma/demo/rows.ts";
import { writeRows } from "#prisma/demo/write.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { learnStatistics } from "#tests/support/statistics.ts";

const COUNT = 10_000;
const NOW = new Date();
const owner = anActor();
let fleet: FleetRows;
let environmentId = "";
let customerId = "";

// Ten thousand of everything on a busy machine take longer than a test usually may.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

beforeAll(async () => {
  const { consoleUrl, adminUrl } = await testDatabase();
  fleet = drawFleet({ customers: 30, deployments: 90, now: NOW, seal: () => "sealed" });
  const [key] = fleet.apiKeys;
  const [uri] = fleet.redirectUris;
  if (!key || !uri) throw new Error("The fleet has no keys and redirect URIs.");
  ({ environmentId, customerId } = key);
  const random = new Random("ten thousand keys");
  const inside = { environmentId, customerId };
  // Every other one has ended, every tenth was never used.
  fleet.apiKeys = Array.from({ length: COUNT }, (_, index) => ({
    ...{ ...key, ...inside, id: random.id("key", NOW), rotatedToId: null, revokedAt: null },
    name: `Key ${index % 500}`,
    hint: `sk_live_…${index}`,
    expiresAt: new Date(NOW.getTime() + (index % 2 === 0 ? 100 : -100) * DAY_MS),
    lastUsedAt: index % 10 === 0 ? null : new Date(NOW.getTime() - index * 1_000),
  }));
  fleet.redirectUris = Array.from({ length: COUNT }, (_, index) => ({
    ...{ ...uri, ...inside, id: random.id("uri", NOW), isDefault: index === 7_000 },
    uri: `https://app-${index}.example.com/100%`,
  }));
  // Proofs are of the redirect URIs that were taken away.
  await writeRows(consoleUrl, { ...fleet, redirectUriProofs: [], auditEvents: [] });
  await learnStatistics(adminUrl);
});
afterAll(closeDatabase);

/** Pages larger than a person may choose, and no divisor of what there is: as good for a walk through all of it, and much shorter. */
const WALKED = 997;
const PAGES = Math.ceil(COUNT / WALKED);

const keys = (params: Record<string, string> = {}) =>
  listKeys(owner, environmentId, parseListQuery(params, KEY_LIST), NOW);
const uris = (params: Record<string, string> = {}) =>
  listRedirectUris(owner, environmentId, parseListQuery(params, REDIRECT_URI_LIST));

describe("a list of 10,000 API keys", () => {
  test.each(KEY_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
    for (const direction of ["", "-"]) {
      const seen = new Set<string>();
      const query = parseListQuery({ sort: `${direction}${sort}` }, KEY_LIST);
      for (let page = 1; page <= PAGES; page++) {
        const { rows, total } = await listKeys(
          owner,
          environmentId,
          { ...query, page, pageSize: WALKED },
          NOW,
        );
        expect(total).toBe(COUNT);
        for (const { id } of rows) seen.add(id);
      }
      expect(seen.size).toBe(COUNT);
    }
  });

  test("is narrowed to what is in use or what has ended, and searched by name and last characters", async () => {
    const inUse = await keys({ state: "in_use" });
    expect(inUse.total).toBe(COUNT / 2);
    expect(new Set(inUse.rows.map(({ state }) => state))).toEqual(new Set(["active"]));
    expect((await keys({ state: "ended" })).rows[0]?.state).toBe("expired");
    expect((await keys({ state: "ended,in_use" })).total).toBe(COUNT);
    expect((await keys({ q: "key 499" })).total).toBe(COUNT / 500);
    expect((await keys({ q: "…9999" })).total).toBe(1);
    expect((await keys({ q: "%" })).total).toBe(0);
  });

  test("keys never used come last, whichever way", async () => {
    for (const sort of ["lastUsed", "-lastUsed"]) {
      expect((await keys({ sort })).rows[0]?.lastUsedAt).not.toBeNull();
      expect((await keys({ sort, size: "100", page: "100" })).rows.at(-1)?.lastUsedAt).toBeNull();
    }
  });
});

describe("a list of 10,000 redirect URIs", () => {
  test("its pages hold every row exactly once, the default first", async () => {
    for (const sort of ["uri", "-uri"]) {
      const seen: string[] = [];
      const query = parseListQuery({ sort }, REDIRECT_URI_LIST);
      for (let page = 1; page <= PAGES; page++) {
        const walked = await listRedirectUris(owner, environmentId, { ...query, page, pageSize: WALKED });
        seen.push(...walked.rows.map(({ uri }) => uri));
      }
      expect(new Set(seen).size).toBe(COUNT);
      expect(seen[0]).toBe("https://app-7000.example.com/100%");
    }
  });

  test("is searched, and takes % for what it is", async () => {
    expect((await uris({ q: "app-77.example" })).total).toBe(1);
    expect((await uris({ q: "100%" })).total).toBe(COUNT);
    expect((await uris({ q: "app-%.example" })).total).toBe(0);
  });
});

test("two lists of one page have each their own part of its URL", () => {
  const params = { "keys.page": "3", "keys.state": "ended", "uris.q": "app", page: "9", q: "other" };
  expect(parseListQuery(params, KEY_LIST, "keys")).toMatchObject({
    page: 3,
    search: "",
    filters: { state: ["ended"] },
  });
  expect(parseListQuery(params, REDIRECT_URI_LIST, "uris")).toMatchObject({ page: 1, search: "app" });
});

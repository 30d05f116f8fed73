import { afterAll, beforeAll, expect, test } from "vitest";
import { listBundledSets } from "#lib/allowlist/sets/bundled/queries.ts";
import { BUNDLED_LIST } from "#lib/allowlist/sets/bundled/schema.ts";
import { listBundles } from "#lib/bundles/queries.ts";
import { BUNDLE_LIST } from "#lib/bundles/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { newId } from "#lib/shared/ids.ts";
import { aList } from "#tests/support/bundles.ts";
import { somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const MANY = 10_000;
const LISTS = 1_000;
const support = somebody("support");

beforeAll(async () => {
  await testDatabase();
  await asSystem("a test's bundles", async (tx) => {
    const now = Date.now();
    await tx.bundle.createMany({
      data: Array.from({ length: MANY }, (_, at) => ({
        ...{ id: `bdlr_${at}`, direction: at % 4 === 0 ? ("made" as const) : ("taken" as const) },
        ...{ bundleId: newId("bdl"), issuerId: `con_${at % 4}`, issuerName: `Console ${at % 4}` },
        ...{ serial: 1 + Math.floor(at / 4), madeAt: new Date(now), validUntil: new Date(now) },
        ...{ manifestSha256: `${at}`, signedBy: "", entryCount: 1, sizeBytes: 10, byId: "p", byName: "Ada" },
        createdAt: new Date(now - at * 1_000),
      })),
    });
    await tx.bundleEntry.createMany({
      data: Array.from({ length: LISTS }, (_, position) => {
        const slug = `list-${position}`;
        return {
          ...{ bundleId: "bdlr_1", position, kind: "address_set", name: slug, title: `List ${position}` },
          ...{ sha256: "", sizeBytes: 1, content: JSON.stringify(aList({ slug })) },
          outcome: position % 10 === 0 ? "proposed" : null,
        };
      }),
    });
  });
});
afterAll(closeDatabase);

const list = (said: Record<string, string> = {}) => listBundles(support, parseListQuery(said, BUNDLE_LIST));

test("10,000 bundles are cut into pages, the latest first", async () => {
  const { rows, total } = await list();
  expect(total).toBe(MANY);
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, at) => `bdlr_${at}`));
  const last = await list({ page: "400" });
  expect(last.rows.at(-1)?.id).toBe(`bdlr_${MANY - 1}`);
});

test("10,000 bundles are narrowed, searched and sorted by the database", async () => {
  expect((await list({ direction: "made" })).total).toBe(MANY / 4);
  expect((await list({ direction: "no such" })).total).toBe(0);
  expect((await list({ q: "console 3" })).total).toBeGreaterThanOrEqual(MANY / 4);
  expect((await list({ q: "list-777" })).rows.map(({ id }) => id)).toEqual(["bdlr_1"]);
  expect((await list({ q: "ada", sort: "-serial" })).rows[0]?.serial).toBe(MANY / 4);
  expect((await list({ sort: "issuer", direction: "taken" })).rows[0]).toMatchObject({
    ...{ issuerName: "Console 1", serial: MANY / 4 },
  });
});

test("1,000 lists of one bundle are cut into pages, narrowed and searched", async () => {
  const lists = (said: Record<string, string> = {}) =>
    listBundledSets(support, "bdlr_1", parseListQuery(said, BUNDLED_LIST));
  expect(await lists({ sort: "position", page: "40" })).toMatchObject({ total: LISTS });
  expect((await lists({ sort: "position", page: "40" })).rows.at(-1)?.position).toBe(LISTS - 1);
  expect((await lists({ outcome: "proposed" })).total).toBe(LISTS / 10);
  expect((await lists({ outcome: "none,proposed" })).total).toBe(LISTS);
  expect((await lists({ q: "list 777" })).rows).toMatchObject([{ slug: "list-777", standing: "unknown" }]);
});

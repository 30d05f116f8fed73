import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getSet, listSets, listSetUses } from "#lib/allowlist/sets/queries.ts";
import { SET_LIST, SET_USE_LIST, VERSION_LIST } from "#lib/allowlist/sets/schema.ts";
import { getVersion, listComparable, listVersions } from "#lib/allowlist/sets/versions/queries.ts";
import { asSystem, closeDatabase, type Tx } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { newId } from "#lib/shared/ids.ts";
import { somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const MANY = 10_000;
const [admin, mine] = [somebody("admin"), somebody("customer_admin", ["cus_1"])];
const [SET, SLUG] = ["aset_big", "big"];

beforeAll(async () => {
  await testDatabase();
  await asSystem("a test's fleet", async (tx) => {
    for (const number of [1, 2]) await aFleet(tx, number);
    const set = { id: SET, slug: SLUG, name: "Big", origin: "A test" };
    await tx.addressSet.create({ data: set });
    const checkedOn = new Date();
    const cidrs = ["192.0.2.0/24", "2001:db8::/48"];
    const facts = { setId: SET, networkCount: 2, contentSha256: "ab".repeat(32), checkedOn } as const;
    await tx.addressSetVersion.createMany({
      data: Array.from({ length: MANY }, (_, index) => ({
        ...{ ...facts, id: `asetv_${index + 1}`, number: index + 1 },
        cidrs: [...cidrs, `198.51.${Math.floor(index / 256)}.${index % 256}/32`],
        intake: index % 2 ? ("url" as const) : ("text" as const),
        state: index === MANY - 1 ? "proposed" : index % 10 === 9 ? "refused" : "accepted",
        proposedByName: index % 3 ? "Ada" : "Grace",
      })),
    });
    // Every tenth site has moved to version 5; a site of the second customer is archived.
    await tx.deploymentAddressSet.createMany({
      data: Array.from({ length: MANY }, (_, index) => ({
        ...{ deploymentId: `dep_${index}`, customerId: `cus_${1 + (index % 2)}`, setId: SET },
        versionId: index % 10 === 0 ? "asetv_5" : "asetv_1",
      })),
    });
    await tx.deployment.update({ where: { id: "dep_1" }, data: { archivedAt: checkedOn } });
    await tx.addressSet.createMany({
      data: Array.from({ length: MANY }, (_, index) => ({
        ...{ id: newId("aset"), slug: `own-${index}`, name: `Own ${String(index).padStart(5, "0")}` },
        ...{ origin: "Their network team", customerId: `cus_${1 + (index % 2)}` },
      })),
    });
  });
});
afterAll(closeDatabase);

async function aFleet(tx: Tx, number: number): Promise<void> {
  const customerId = `cus_${number}`;
  await tx.customer.create({ data: { id: customerId, name: `Customer ${number}`, slug: customerId } });
  await tx.deployment.createMany({
    data: Array.from({ length: MANY / 2 }, (_, index) => {
      const at = 2 * index + number - 1;
      return { id: `dep_${at}`, customerId, name: `Site ${String(at).padStart(5, "0")}`, mode: "restricted" };
    }),
  });
}

describe("10,000 versions of a set", () => {
  const list = (said: Record<string, string> = {}) =>
    listVersions(admin, SLUG, parseListQuery(said, VERSION_LIST));

  test("are cut into pages, newest first", async () => {
    const { rows, total } = await list();
    expect(total).toBe(MANY);
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, index) => MANY - index));
    const last = await list({ page: "400" });
    expect(last.rows.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at));
  });

  test("are narrowed by state, intake and words", async () => {
    expect((await list({ state: "refused" })).total).toBe(999);
    expect((await list({ state: "refused,proposed", intake: "url" })).total).toBe(1_000);
    expect((await list({ q: "4711" })).rows).toMatchObject([{ number: 4711 }]);
    expect((await list({ q: "grace" })).total).toBe(3_334);
    expect((await list({ q: "ababab" })).total).toBe(MANY);
    expect((await list({ state: "no such" })).total).toBe(0);
  });

  test("are compared, any two of them", async () => {
    const usual = await getVersion(admin, SLUG, 11);
    // The tenth was refused.
    expect(usual).toMatchObject({ against: 9, added: ["198.51.0.10/32"], removed: ["198.51.0.8/32"] });
    expect(await getVersion(admin, SLUG, 11, 300)).toMatchObject({
      ...{ against: null, addedCount: 3, removedCount: 0 },
    });
    const far = await getVersion(admin, SLUG, 11, 257);
    expect(far).toMatchObject({ against: 257, added: ["198.51.0.10/32"], removed: ["198.51.1.0/32"] });
    expect(usual.addresses).toEqual({ v4: 257n, v6: 1n << 80n });
    expect((await listComparable(admin, SLUG)).slice(0, 2)).toEqual([MANY, MANY - 1]);
    await expect(getVersion(admin, SLUG, MANY + 1)).rejects.toMatchObject({ kind: "not_found" });
  });
});

describe("10,000 deployments that use a set", () => {
  const list = (said: Record<string, string> = {}, actor = admin) =>
    listSetUses(actor, SLUG, parseListQuery(said, SET_USE_LIST));

  test("are cut into pages, those that are furthest behind first, without what is archived", async () => {
    const { rows, total } = await list();
    expect(total).toBe(MANY - 1);
    expect(rows[0]).toMatchObject({
      id: "dep_2",
      deployment: "Site 00002",
      version: 1,
      customer: "Customer 1",
    });
    const pages = await Promise.all(
      ["1", "2", "3"].map((page) => list({ page, size: "100", sort: "since" })),
    );
    const ids = pages.flatMap((page) => page.rows.map(({ id }) => id));
    expect(new Set(ids).size).toBe(300);
  });

  test("are narrowed by version, mode and words", async () => {
    expect((await list({ version: "5" })).total).toBe(1_000);
    expect((await list({ version: "5,x,1.5,99999999999" })).total).toBe(1_000);
    expect((await list({ q: "site 04711" })).rows).toMatchObject([{ id: "dep_4711", version: 1 }]);
    expect((await list({ mode: "air_gapped" })).total).toBe(0);
  });

  test("are a customer's own where a customer looks, and so is what is counted", async () => {
    expect((await list({}, mine)).total).toBe(MANY / 2);
    expect(await getSet(mine, SLUG)).toMatchObject({ deployments: MANY / 2, behind: MANY / 2 });
    expect(await getSet(admin, SLUG)).toMatchObject({ deployments: MANY - 1, behind: MANY - 1 });
  });
});

describe("10,000 sets", () => {
  const list = (said: Record<string, string> = {}, actor = admin) =>
    listSets(actor, parseListQuery(said, SET_LIST));

  test("are cut into pages, and each says how it stands", async () => {
    expect((await list()).total).toBe(MANY + 3);
    expect((await list({ q: "big" })).rows).toMatchObject([
      { slug: SLUG, owner: null, number: MANY - 1, waiting: MANY, deployments: MANY - 1, behind: MANY - 1 },
    ]);
    expect((await list({ q: "own 04711" })).rows).toMatchObject([
      { slug: "own-4711", owner: "Customer 2", number: null, waiting: null, deployments: 0 },
    ]);
  });

  test("are narrowed by owner, and by what waits for a decision", async () => {
    expect((await list({ owner: "vendor" })).total).toBe(3);
    expect((await list({ owner: "customer" })).total).toBe(MANY);
    expect((await list({ customer: "cus_2" })).total).toBe(MANY / 2);
    expect((await list({ state: "waiting" })).rows.map(({ slug }) => slug)).toEqual([SLUG]);
    expect((await list({ state: "archived" })).total).toBe(0);
  });

  test("of other customers do not exist for a customer", async () => {
    const { total } = await list({}, mine);
    expect(total).toBe(MANY / 2 + 3);
    expect((await list({ customer: "cus_2" }, mine)).total).toBe(0);
    await expect(getSet(mine, "own-1")).rejects.toMatchObject({ kind: "not_found" });
  });
});

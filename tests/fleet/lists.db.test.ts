import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newestVersion, PACKS } from "#lib/allowlist/packs/index.ts";
import { carryOutBulks } from "#lib/fleet/carry-out.ts";
import { startBulk } from "#lib/fleet/commands.ts";
import { getBulk, listBulkItems, listDrift, listRulesToReview } from "#lib/fleet/queries.ts";
import { BULK_ITEM_LIST, DRIFT_LIST, REVIEW_LIST, StartBulkInput } from "#lib/fleet/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery, type SearchParams } from "#lib/platform/list.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { aRule, aSite, somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const COUNT = 10_000;
const actor = somebody("admin");
const NOW = new Date();
const pack = PACKS.find(({ id }) => id === "time");
if (!pack) throw new Error("There is no pack time.");
const wanted = newestVersion(pack).number;
let customerId: string;

beforeAll(async () => {
  await testDatabase();
  ({ customerId } = await aSite());
  const ids = Array.from({ length: COUNT }, (_, index) => `dep_${String(index).padStart(26, "0")}`);
  await asSystem("a fleet", async (tx) => {
    await tx.deployment.createMany({
      data: ids.map((id, index) => ({
        ...{ id, customerId, name: `Site ${String(index).padStart(5, "0")}` },
        mode: index % 4 === 0 ? ("restricted" as const) : ("connected" as const),
      })),
    });
    await tx.deploymentCapability.createMany({
      data: ids.map((deploymentId) => ({
        ...{ deploymentId, customerId, capability: "time", packVersion: 1 },
        answers: { timeServers: ["time.example.com"] },
      })),
    });
    // As the database does by itself, some minutes after so many rows have come.
    await tx.$executeRawUnsafe("ANALYZE console.deployments, console.deployment_capabilities");
    await tx.person.create({
      data: {
        id: actor.id,
        name: actor.name,
        email: "fleet@vendor.example",
        role: "admin",
        allCustomers: true,
      },
    });
  });
});
afterAll(closeDatabase);

const drift = (params: SearchParams = {}) => listDrift(actor, parseListQuery(params, DRIFT_LIST));
const review = (params: SearchParams = {}) =>
  listRulesToReview(actor, parseListQuery({ customer: customerId, ...params }, REVIEW_LIST), NOW);

describe("ten thousand deployments behind", () => {
  test("are counted, paged, searched, sorted and filtered by the server", async () => {
    expect(await drift()).toMatchObject({ total: COUNT, pageSize: 25 });
    const last = await drift({ page: "100", size: "100" });
    expect(last.rows.at(-1)?.deploymentName).toBe("Site 09999");
    expect((await drift({ sort: "-deployment" })).rows[0]?.deploymentName).toBe("Site 09999");
    expect(await drift({ q: "site 0123" })).toMatchObject({ total: 11 });
    expect(await drift({ mode: "restricted" })).toMatchObject({ total: COUNT / 4 });
    expect(await drift({ request: "proposed" })).toMatchObject({ total: 0 });
    expect(await drift({ subject: "dns" })).toMatchObject({ total: 0 });
  });

  test("are asked at once, and made a stretch at a time, with the progress to be seen", async () => {
    const input = { subject: "rule_pack" as const, subjectId: "time", versionNumber: wanted };
    const { bulkId, total } = await startBulk(
      actor,
      StartBulkInput.parse({ ...input, reason: "Time servers answer NTS now." }),
    );
    expect(total).toBe(COUNT);
    expect(await carryOutBulks(20)).toBe(20);
    expect(await getBulk(actor, bulkId)).toMatchObject({
      ...{ state: "running", counts: { total: COUNT, open: 20, waiting: COUNT - 20 } },
    });
    const proposed = parseListQuery({ state: "proposed", size: "50" }, BULK_ITEM_LIST);
    expect(await listBulkItems(actor, bulkId, proposed)).toMatchObject({ total: 20 });
    const waiting = parseListQuery({ state: "waiting", q: "site 0999" }, BULK_ITEM_LIST);
    expect(await listBulkItems(actor, bulkId, waiting)).toMatchObject({ total: 11 });
    expect(await drift({ request: "proposed" })).toMatchObject({ total: 20 });
  });
});

describe("rules to look at again", () => {
  test("are those that end soon, have ended, or have no owner; never those that are fine or retired", async () => {
    const site = await aSite(customerId);
    const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS).toISOString();
    const owned = { ownerName: "Network team" };
    const expiring = await aRule(site, { ...owned, expiresAt: inDays(5) });
    const expired = await aRule(site, { ...owned, expiresAt: inDays(-5) });
    const ownerless = await aRule(site, { ownerName: "" });
    await aRule(site, { ...owned, expiresAt: inDays(90) });
    const retired = await aRule(site, { ownerName: "" });
    await asSystem("a test", (tx) =>
      tx.allowlistRule.update({ where: { id: retired }, data: { retiredAt: NOW } }),
    );
    const ids = async (params?: SearchParams) => (await review(params)).rows.map(({ id }) => id).sort();
    expect(await ids()).toEqual([expiring, expired, ownerless].sort());
    expect(await ids({ why: "expiring" })).toEqual([expiring]);
    expect(await ids({ why: "expired" })).toEqual([expired]);
    expect(await ids({ why: "ownerless" })).toEqual([ownerless]);
  });

  test("are counted and paged by the server, ten thousand of them", async () => {
    const site = await aSite(newId("cus"));
    await asSystem("many rules", (tx) =>
      tx.allowlistRule.createMany({
        data: Array.from({ length: COUNT }, (_, index) => ({
          ...{ id: newId("rule"), ...site, direction: "egress", protocol: "tcp", portFrom: 443, portTo: 443 },
          ...{ peerKind: "cidr", peer: "203.0.113.0/24", purpose: `Reach partner ${index}` },
          ticket: index === 7_000 ? "NET-7000" : "",
        })) as never,
      }),
    );
    const page = await review({ customer: site.customerId, page: "200", size: "50" });
    expect(page).toMatchObject({ total: COUNT });
    expect(page.rows).toHaveLength(50);
    expect(await review({ customer: site.customerId, q: "NET-7000" })).toMatchObject({ total: 1 });
  });
});

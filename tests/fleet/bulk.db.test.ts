import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "#lib/access/actor.ts";
import { loadSets, pinSet } from "#lib/allowlist/sets/load.ts";
import { approveRequest } from "#lib/change-requests/commands.ts";
import { carryOutBulks } from "#lib/fleet/carry-out.ts";
import { pauseBulk, resumeBulk, startBulk } from "#lib/fleet/commands.ts";
import { getBulk, listBulkItems, listDrift, listDriftSubjects } from "#lib/fleet/queries.ts";
import { BULK_ITEM_LIST, DRIFT_LIST, StartBulkInput } from "#lib/fleet/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { newId } from "#lib/shared/ids.ts";
import { aRule, aSite, type Site, somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

beforeAll(testDatabase);
afterAll(closeDatabase);

let slug: string;
let setId: string;
let sites: Site[];
let asker: Actor;

beforeEach(async () => {
  setId = newId("aset");
  slug = `partners-${setId.slice(-8).toLowerCase()}`;
  await asSystem("a test's set", (tx) =>
    tx.addressSet.create({ data: { id: setId, slug, name: "Partners", origin: "Their contract" } }),
  );
  const first = await aVersion(1, ["192.0.2.0/25"]);
  sites = [await aSite(), await aSite(), await aSite()];
  for (const site of sites) {
    await aRule(site, { peerKind: "address_set", peer: slug });
    await asSystem("a test's pin", (tx) => pinSet(tx, site, first));
  }
  asker = await aPerson("operator");
});

function aVersion(number: number, cidrs: string[]): Promise<string> {
  const id = newId("asetv");
  const facts = { intake: "text", contentSha256: "0".repeat(64), checkedOn: new Date() } as const;
  return asSystem("a test's version", async (tx) => {
    await tx.addressSetVersion.create({ data: { id, setId, number, cidrs, state: "accepted", ...facts } });
    return id;
  });
}

/** Somebody whose row is there: the worker asks it what they may do. */
async function aPerson(role: "operator" | "admin", customers?: readonly string[]): Promise<Actor> {
  const actor = somebody(role, customers ?? "all");
  const scopes = { create: (customers ?? []).map((customerId) => ({ customerId })) };
  await asSystem("a test's person", (tx) =>
    tx.person.create({
      data: {
        ...{ id: actor.id, name: actor.name, email: `${actor.id.toLowerCase()}@vendor.example`, role },
        ...{ allCustomers: !customers, scopes },
      },
    }),
  );
  return actor;
}

const start = (by = asker, versionNumber = 2) =>
  startBulk(
    by,
    StartBulkInput.parse({
      ...{ subject: "address_set", subjectId: slug, versionNumber },
      reason: "The partner moved to a second network.",
    }),
  );
const drift = (by = asker) => listDrift(by, parseListQuery({ subject: slug }, DRIFT_LIST));
const items = (bulkId: string, by = asker) =>
  listBulkItems(by, bulkId, parseListQuery({}, BULK_ITEM_LIST)).then(({ rows }) => rows);

describe("deployments that are behind", () => {
  test("are told once a newer version is accepted, with what they use and what is wanted", async () => {
    expect(await drift()).toMatchObject({ total: 0 });
    await aVersion(2, ["192.0.2.0/24"]);
    const { rows, total } = await drift();
    expect(total).toBe(3);
    expect(rows.map(({ installed, wanted, requestId }) => [installed, wanted, requestId])).toEqual([
      ...[1, 2, 3].map(() => [1, 2, null]),
    ]);
    const subjects = await listDriftSubjects(asker);
    expect(subjects.find(({ subjectId }) => subjectId === slug)).toMatchObject({
      ...{ deployments: 3, unasked: 3, wanted: 2 },
    });
  });

  test("of other customers are not there, nor counted, nor asked", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    const [mine] = sites as [Site, ...Site[]];
    const scoped = await aPerson("operator", [mine.customerId]);
    expect(await drift(scoped)).toMatchObject({ total: 1, rows: [{ deploymentId: mine.deploymentId }] });
    expect(await start(scoped)).toMatchObject({ total: 1 });
  });

  test("that are archived are left alone", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    await asSystem("a test", (tx) =>
      tx.deployment.update({ where: { id: sites[0]?.deploymentId }, data: { archivedAt: new Date() } }),
    );
    expect(await drift()).toMatchObject({ total: 2 });
  });

  test("by a pack are told as well, and the request changes what the capability needs", async () => {
    const site = await aSite();
    await asSystem("a test's capability", (tx) =>
      tx.deploymentCapability.create({
        data: {
          ...site,
          capability: "time",
          packVersion: 1,
          answers: { timeServers: ["time.example.com"] },
        },
      }),
    );
    const subject = { subject: "rule_pack" as const, subjectId: "time", versionNumber: 2 };
    const reason = "Time servers answer NTS now.";
    const { bulkId } = await startBulk(asker, StartBulkInput.parse({ ...subject, reason }));
    await carryOutBulks();
    const [item] = await items(bulkId);
    expect(item).toMatchObject({ state: "proposed", requestState: "proposed" });
    const request = await asSystem("a test", (tx) =>
      tx.changeRequest.findUniqueOrThrow({ where: { id: item?.requestId ?? "" } }),
    );
    expect(request.changes).toContainEqual(
      expect.objectContaining({ kind: "change_capability", capability: "time", packVersion: 2 }),
    );
  });
});

describe("one request for each of them", () => {
  test("is made, simulated and proposed in the name of whoever asked, who then cannot approve it", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    const { bulkId, total } = await start();
    expect(total).toBe(3);
    await carryOutBulks();
    const rows = await items(bulkId);
    expect(rows.map(({ state, requestState }) => [state, requestState])).toEqual(
      sites.map(() => ["proposed", "proposed"]),
    );
    expect(await getBulk(asker, bulkId)).toMatchObject({
      ...{ state: "done" },
      counts: { total: 3, waiting: 0, open: 3, held: 0, leftOut: 0 },
    });
    expect((await drift()).rows.map(({ requestState }) => requestState)).toEqual([
      ...["proposed", "proposed", "proposed"],
    ]);
    const admin = { ...asker, role: "admin" as const, can: () => true, must: () => undefined };
    await expect(
      approveRequest(admin, { requestId: rows[0]?.requestId ?? "", round: 1, comment: "" }),
    ).rejects.toThrow();
    // Nothing has moved yet: that is for those who approve.
    const sets = await asSystem("a test", (tx) => loadSets(tx, sites[0]?.deploymentId ?? ""));
    expect(sets.get(slug)).toMatchObject({ number: 1 });
  });

  test("is asked for once: whoever asks again finds nobody left", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    await start();
    await carryOutBulks();
    await expect(start()).rejects.toThrow(/asked already/);
  });

  test("is not asked for a version that the person has not seen", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    await aVersion(3, ["192.0.2.0/23"]);
    await expect(start()).rejects.toThrow(/Version 3 has come since/);
  });

  test("that breaks an assertion is made and held, with the reason, and the others go on", async () => {
    const [held, ...others] = sites as [Site, Site, Site];
    await asSystem("a test's assertion", (tx) =>
      tx.allowlistAssertion.create({
        data: {
          ...{ id: newId("asrt"), ...held, must: "deny", direction: "egress", protocol: "tcp" },
          ...{ portFrom: 443, portTo: 443, peerKind: "cidr", peer: "192.0.2.128/25" },
          ...{ carriedBy: "application", reason: "The second network is a competitor's." },
        },
      }),
    );
    await aVersion(2, ["192.0.2.0/24"]);
    const { bulkId } = await start();
    await carryOutBulks();
    const rows = await items(bulkId);
    const states = new Map(rows.map((row) => [row.deploymentId, row]));
    expect(states.get(held.deploymentId)).toMatchObject({
      ...{ state: "held", requestState: "simulated" },
      problem: expect.stringContaining("a competitor's"),
    });
    for (const { deploymentId } of others)
      expect(states.get(deploymentId)).toMatchObject({ state: "proposed" });
    expect(await getBulk(asker, bulkId)).toMatchObject({ counts: { held: 1, open: 2 } });
  });
});

describe("the worker", () => {
  test("stops where it is paused, and goes on from there", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    const { bulkId } = await start();
    expect(await carryOutBulks(1)).toBe(1);
    await pauseBulk(asker, { bulkId });
    expect(await carryOutBulks()).toBe(0);
    expect(await getBulk(asker, bulkId)).toMatchObject({
      ...{ state: "paused", counts: { open: 1, waiting: 2 } },
    });
    await resumeBulk(asker, { bulkId });
    await carryOutBulks();
    expect(await getBulk(asker, bulkId)).toMatchObject({ state: "done", counts: { open: 3, waiting: 0 } });
  });

  test("that died after it made a request goes on with that one, and makes no second", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    const { bulkId } = await start();
    const requests = () => asSystem("a test", (tx) => tx.changeRequest.count({ where: { bulkId } }));
    await carryOutBulks();
    expect(await requests()).toBe(3);
    await asSystem("as if it had died before it wrote that it was done", async (tx) => {
      await tx.bulkRequestItem.updateMany({
        where: { bulkId },
        data: { state: "waiting", takenAt: new Date(0) },
      });
      await tx.changeRequest.updateMany({ where: { bulkId }, data: { state: "draft" } });
      await tx.bulkRequest.update({ where: { id: bulkId }, data: { state: "running" } });
    });
    await carryOutBulks();
    expect(await requests()).toBe(3);
    expect((await items(bulkId)).map(({ requestState }) => requestState)).toEqual([
      ...["proposed", "proposed", "proposed"],
    ]);
  });

  test("that died just before it wrote that a request is proposed leaves that request as it is", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    const { bulkId } = await start();
    await carryOutBulks();
    await asSystem("as if it had died", async (tx) => {
      await tx.bulkRequestItem.updateMany({
        where: { bulkId },
        data: { state: "waiting", takenAt: new Date(0) },
      });
      await tx.bulkRequest.update({ where: { id: bulkId }, data: { state: "running" } });
    });
    await carryOutBulks();
    expect((await items(bulkId)).map(({ state }) => state)).toEqual(["proposed", "proposed", "proposed"]);
  });

  test("of which several run makes each request once", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    const { bulkId } = await start();
    await Promise.all([carryOutBulks(), carryOutBulks(), carryOutBulks()]);
    expect(await asSystem("a test", (tx) => tx.changeRequest.count({ where: { bulkId } }))).toBe(3);
    expect((await items(bulkId)).map(({ state }) => state)).toEqual(["proposed", "proposed", "proposed"]);
    const finished = await asSystem("a test", (tx) =>
      tx.auditEvent.count({ where: { action: "change_request.finish_bulk", targetId: bulkId } }),
    );
    expect(finished).toBe(1);
  });

  test("asks for nothing any more in the name of somebody who was suspended", async () => {
    await aVersion(2, ["192.0.2.0/24"]);
    const { bulkId } = await start();
    await asSystem("a test", (tx) =>
      tx.person.update({ where: { id: asker.id }, data: { status: "suspended" } }),
    );
    await carryOutBulks();
    expect(await getBulk(asker, bulkId)).toMatchObject({ counts: { leftOut: 3, open: 0 } });
  });
});

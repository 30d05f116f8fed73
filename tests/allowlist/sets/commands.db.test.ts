import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as commands from "#lib/allowlist/sets/commands.ts";
import { loadNewestSets, loadSets } from "#lib/allowlist/sets/load.ts";
import { getSet, listPins } from "#lib/allowlist/sets/queries.ts";
import { CreateSetInput, ProposeVersionInput } from "#lib/allowlist/sets/schema.ts";
import { getVersion } from "#lib/allowlist/sets/versions/queries.ts";
import { draftSetVersion } from "#lib/change-requests/sets/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { newId } from "#lib/shared/ids.ts";
import {
  aCustomerAdmin,
  aRule,
  aSite,
  readRequest,
  type Site,
  somebody,
} from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const [operator, admin, other] = [somebody("operator"), somebody("admin"), somebody("admin")];
let site: Site;
let setId = "";
let slug = "";

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
  ({ setId, slug } = await make({ sourceUrl: "https://partner.example/ips" }));
});

async function make(over: Record<string, unknown> = {}, actor = operator) {
  const facts = { name: `Partner ${newId("x").slice(-8)}`, origin: "Their contract" };
  const { slug } = await commands.createSet(actor, CreateSetInput.parse({ ...facts, ...over }));
  return { slug, setId: (await getSet(actor, slug)).id };
}

const bring = (over: Record<string, unknown>, actor = operator, fetchList = nobodyAnswers) =>
  commands.proposeVersion(actor, ProposeVersionInput.parse({ setId, intake: "text", ...over }), fetchList);

async function nobodyAnswers(_url: string): Promise<Uint8Array> {
  throw new Error("Nothing is fetched unless it is asked for.");
}

async function accepted(text: string, over: Record<string, unknown> = {}) {
  const { number } = await bring({ text, ...over });
  const versionId = await idOf(number);
  await commands.acceptVersion(admin, { versionId, reason: "" });
  return { number, versionId };
}

const idOf = async (number: number, of = slug) => (await getVersion(operator, of, number)).version.id;

const eventsOf = (targetId: string) =>
  asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId }, orderBy: { id: "asc" } }),
  );

describe("a version", () => {
  test("is brought by one and accepted by another, and every step is on record", async () => {
    expect(await bring({ text: "8.8.8.0/24\n2001:4860::/32" })).toEqual({
      ...{ outcome: "proposed", slug, number: 1, findings: [], added: 2, removed: 0 },
    });
    const versionId = await idOf(1);
    expect((await getSet(admin, slug)).waiting).toMatchObject({ id: versionId, own: false });
    await commands.acceptVersion(admin, { versionId, reason: "As their contract says" });
    const { version } = await getVersion(operator, slug, 1);
    expect(version).toMatchObject({
      ...{ state: "accepted", proposedByName: operator.name, decidedByName: admin.name },
      ...{ decidedReason: "As their contract says", networkCount: 2 },
    });
    expect((await eventsOf(setId)).map(({ action, actorId }) => [action, actorId])).toEqual([
      ["address_set.create", operator.id],
      ["address_set.propose", operator.id],
      ["address_set.accept", admin.id],
    ]);
  });

  test("is not accepted by whoever brought it", async () => {
    await bring({ text: "8.8.8.0/24" }, admin);
    const versionId = await idOf(1);
    await expect(commands.acceptVersion(admin, { versionId, reason: "" })).rejects.toMatchObject({
      ...{ kind: "conflict", message: "You brought this version: somebody else accepts it." },
    });
    await commands.acceptVersion(other, { versionId, reason: "" });
  });

  test("is decided once, also where two decide at once", async () => {
    await bring({ text: "8.8.8.0/24" });
    const versionId = await idOf(1);
    const outcomes = await Promise.allSettled([
      commands.acceptVersion(admin, { versionId, reason: "" }),
      commands.refuseVersion(other, { versionId, reason: "Not theirs" }),
      commands.withdrawVersion(operator, { versionId }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const decided = (await eventsOf(setId)).filter(({ action }) => /accept|refuse|withdraw/.test(action));
    expect(decided).toHaveLength(1);
  });

  test("waits alone: a second one is brought once it is decided", async () => {
    await bring({ text: "8.8.8.0/24" });
    await expect(bring({ text: "9.9.9.0/24" })).rejects.toThrow(/Version 1 waits for a decision/);
    await commands.withdrawVersion(operator, { versionId: await idOf(1) });
    expect(await bring({ text: "9.9.9.0/24" })).toMatchObject({ outcome: "proposed", number: 2 });
  });

  test("that the gates refuse is kept with the reason, and can never be accepted", async () => {
    await accepted("8.8.8.0/24\n9.9.9.0/24");
    const said = await bring({ text: "<!DOCTYPE html><title>Just a moment...</title>" });
    expect(said).toMatchObject({ outcome: "refused", number: 2, findings: [{ code: "not_a_list" }] });
    const kept = await getVersion(admin, slug, 2);
    expect(kept).toMatchObject({ version: { state: "refused" }, findings: said.findings, cidrs: [] });
    const versionId = kept.version.id;
    await expect(commands.acceptVersion(admin, { versionId, reason: "" })).rejects.toThrow(/refused already/);
    expect((await asSystem("a test", loadNewestSets)).get(slug)).toMatchObject({ number: 1 });
  });

  test("that jumps passes with a reason, which stays with it", async () => {
    await accepted("8.8.8.0/24");
    const text = "8.8.8.0/24\n9.9.9.0/24\n149.112.112.0/24";
    expect(await bring({ text })).toMatchObject({ outcome: "refused", number: 2 });
    const meant = "Two sites joined";
    expect(await bring({ text, meant })).toMatchObject({ outcome: "proposed", number: 3, added: 2 });
    const { findings, against } = await getVersion(admin, slug, 3);
    expect(against).toBe(1);
    expect(findings.map((finding) => finding.meant)).toEqual([meant, meant]);
  });

  test("that says the same as the newest only says that it is still so", async () => {
    const { versionId } = await accepted("8.8.8.0/24");
    const set = (checkedOn: Date) =>
      asSystem("a test turns the calendar back", (tx) =>
        tx.addressSetVersion.update({ where: { id: versionId }, data: { checkedOn } }),
      );
    await set(new Date("2026-01-01"));
    const said = await bring({ text: "8.8.8.0/25\n8.8.8.128/25" });
    expect(said).toMatchObject({ outcome: "unchanged", number: 1, added: 0, removed: 0 });
    const { newest, waiting } = await getSet(admin, slug);
    expect(waiting).toBeNull();
    expect(newest?.checkedOn.getTime()).toBeGreaterThan(Date.parse("2026-01-02"));
    expect((await eventsOf(setId)).at(-1)?.detail).toMatchObject({ outcome: "unchanged", version: 1 });
  });
});

describe("a list comes", () => {
  test("from the set's address, and from nowhere else", async () => {
    const asked: string[] = [];
    const fetchList = async (url: string) => {
      asked.push(url);
      return Buffer.from('{"result":{"ipv4_cidrs":["8.8.8.0/24"],"ipv6_cidrs":["2001:4860::/32"]}}');
    };
    expect(await bring({ intake: "url" }, operator, fetchList)).toMatchObject({ outcome: "proposed" });
    expect(asked).toEqual(["https://partner.example/ips"]);
    const { version } = await getVersion(admin, slug, 1);
    expect(version).toMatchObject({ intake: "url", sourceName: "https://partner.example/ips" });
  });

  test("not at all where that does not answer: nothing is kept", async () => {
    await expect(bring({ intake: "url" }, operator, nobodyAnswers)).rejects.toThrow(/Nothing is fetched/);
    expect((await getSet(admin, slug)).waiting).toBeNull();
    ({ setId, slug } = await make());
    await expect(bring({ intake: "url" })).rejects.toThrow(/has no address to read/);
  });

  test("as a file, by its name", async () => {
    const file = new File(["8.8.8.0/24"], "partner.txt");
    expect(await bring({ intake: "file", file })).toMatchObject({ outcome: "proposed" });
    const { version } = await getVersion(admin, slug, 1);
    const contentSha256 = createHash("sha256").update("8.8.8.0/24").digest("hex");
    expect(version).toMatchObject({ intake: "file", sourceName: "partner.txt", contentSha256 });
  });

  test("as a carried file, when it is the one that was sent", async () => {
    const file = new File(["8.8.8.0/24"], "partner.txt");
    const sha256 = createHash("sha256").update("8.8.8.0/25").digest("hex");
    expect(await bring({ intake: "carried", file, sha256 })).toMatchObject({
      ...{ outcome: "refused", findings: [{ code: "other_file" }] },
    });
    const right = createHash("sha256").update("8.8.8.0/24").digest("hex").toUpperCase();
    expect(await bring({ intake: "carried", file, sha256: right })).toMatchObject({ outcome: "proposed" });
  });

  test.each([
    [{ intake: "text" }, "text"],
    [{ intake: "file", file: new File([], "") }, "file"],
    [{ intake: "carried", file: new File(["8.8.8.8"], "a") }, "sha256"],
    [{ intake: "file", file: new File(["1".repeat(1_000_001)], "a") }, "file"],
    [{ intake: "post" }, "intake"],
  ])("not when the form lacks it: %o", (said, field) => {
    const parsed = ProposeVersionInput.safeParse({ setId, ...said });
    expect(parsed.error?.issues.map(({ path }) => path.join("."))).toContain(field);
  });
});

describe("a set", () => {
  test("of one customer is theirs to make and to change, and nobody else's to see", async () => {
    const [mine, stranger] = [await aCustomerAdmin(site), await aCustomerAdmin(await aSite())];
    const own = await make({ customerId: site.customerId, allowsPrivate: "true" }, mine);
    const list = ProposeVersionInput.parse({ setId: own.setId, intake: "text", text: "10.1.2.3" });
    await commands.proposeVersion(mine, list);
    await commands.acceptVersion(admin, { versionId: await idOf(1, own.slug), reason: "" });
    expect(await getSet(mine, own.slug)).toMatchObject({ mine: true, newest: { number: 1 } });
    await expect(getSet(stranger, own.slug)).rejects.toMatchObject({ kind: "not_found" });
    await expect(commands.proposeVersion(stranger, list)).rejects.toMatchObject({ kind: "not_found" });
    const loaded = (deploymentId: string) => asSystem("a test", (tx) => loadSets(tx, deploymentId));
    expect((await loaded(site.deploymentId)).has(own.slug)).toBe(true);
    expect((await loaded((await aSite()).deploymentId)).has(own.slug)).toBe(false);
  });

  test("of everybody is read by a customer, and changed by nobody who sees customers by name", async () => {
    const [theirs, named] = [await aCustomerAdmin(site), somebody("admin", [site.customerId])];
    await bring({ text: "8.8.8.0/24" });
    const versionId = await idOf(1);
    for (const actor of [theirs, named]) {
      expect(await getSet(actor, slug)).toMatchObject({ mine: false, waiting: { number: 1 } });
      const refused = { kind: "forbidden" };
      await expect(commands.acceptVersion(actor, { versionId, reason: "" })).rejects.toMatchObject(refused);
      await expect(bring({ text: "9.9.9.9" }, actor)).rejects.toMatchObject(refused);
      await expect(make({}, actor)).rejects.toMatchObject(refused);
    }
  });

  test("of everybody holds nothing private", async () => {
    await expect(make({ allowsPrivate: "true" })).rejects.toMatchObject({
      fields: { allowsPrivate: "What lies inside a network is one customer's: choose whose." },
    });
    expect(await bring({ text: "10.0.0.0/24" })).toMatchObject({
      ...{ outcome: "refused", findings: [{ code: "reserved" }] },
    });
  });

  test("has a name that no other of everybody's has", async () => {
    const { name } = await getSet(operator, slug);
    await expect(make({ name: name.toUpperCase() })).rejects.toMatchObject({ kind: "conflict" });
    // Two customers may both have resolvers, and neither learns of the other's.
    const [one, two] = [site, await aSite()];
    const resolvers = await Promise.all(
      [one, two].map(({ customerId }) => make({ name: "Resolvers", customerId })),
    );
    expect(new Set(resolvers.map(({ slug }) => slug)).size).toBe(2);
  });

  test("is archived when no rule names it, and takes no version then", async () => {
    await accepted("8.8.8.0/24");
    const ruleId = await aRule(site, { peerKind: "address_set", peer: slug });
    await expect(commands.archiveSet(admin, { setId })).rejects.toThrow(/One rule names this set/);
    await asSystem("a test retires a rule", (tx) =>
      tx.allowlistRule.update({ where: { id: ruleId }, data: { retiredAt: new Date() } }),
    );
    await commands.archiveSet(admin, { setId });
    await expect(bring({ text: "9.9.9.0/24" })).rejects.toThrow(/archived/);
    expect((await asSystem("a test", loadNewestSets)).has(slug)).toBe(false);
    await commands.restoreSet(admin, { setId });
    expect(await bring({ text: "9.9.9.0/24" })).toMatchObject({ outcome: "proposed" });
  });
});

describe("a deployment", () => {
  test("stays on its version when another is accepted, is told so, and moves by a change request", async () => {
    const first = await accepted("8.8.8.0/24");
    await asSystem("a test pins a set", (tx) =>
      tx.deploymentAddressSet.create({ data: { ...site, setId, versionId: first.versionId } }),
    );
    const second = await accepted("8.8.8.0/23");
    const [pin] = await listPins(admin, site.deploymentId);
    expect(pin).toMatchObject({ slug, number: 1, newer: { number: 2, versionId: second.versionId } });
    expect(await getSet(admin, slug)).toMatchObject({ deployments: 1, behind: 1 });

    const { deploymentId } = site;
    const { requestId } = await draftSetVersion(operator, { deploymentId, versionId: second.versionId });
    const { title, changes } = await readRequest(requestId);
    expect(title).toMatch(/^Use version 2 of Partner/);
    expect(changes).toEqual([{ kind: "use_set_version", slug, versionId: second.versionId }]);
    await expect(draftSetVersion(operator, { deploymentId, versionId: first.versionId })).rejects.toThrow(
      /uses version 1 of .* already/,
    );
  });

  test("cannot use what was only proposed, nor what is another customer's", async () => {
    await bring({ text: "8.8.8.0/24" });
    const { deploymentId } = site;
    const versionId = await idOf(1);
    const refused = { kind: "not_found" };
    await expect(draftSetVersion(operator, { deploymentId, versionId })).rejects.toMatchObject(refused);
    ({ setId, slug } = await make({ customerId: (await aSite()).customerId }));
    const foreign = await accepted("8.8.8.0/24");
    await expect(
      draftSetVersion(operator, { deploymentId, versionId: foreign.versionId }),
    ).rejects.toMatchObject(refused);
  });
});

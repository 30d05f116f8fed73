import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AddRuleInput } from "#lib/allowlist/schema.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
import { loadNewestSets, loadSets, pinSet } from "#lib/allowlist/sets/load.ts";
import { draftRule } from "#lib/change-requests/basket/commands.ts";
import * as commands from "#lib/change-requests/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { newId } from "#lib/shared/ids.ts";
import { adding, aRequest, aSite, type Site, somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

let site: Site;
const admin = somebody("admin");

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
});

const load = (deploymentId = site.deploymentId) =>
  asSystem("a test reads sets", (tx) => loadSets(tx, deploymentId));

async function aSet(over: { customerId?: string } = {}): Promise<string> {
  const id = newId("aset");
  const slug = `partners-${id.slice(-6).toLowerCase()}`;
  await asSystem("a test's set", (tx) =>
    tx.addressSet.create({ data: { id, slug, name: "Partners", origin: "Their contract", ...over } }),
  );
  await aVersion(id, 1, ["192.0.2.0/25"]);
  return slug;
}

function aVersion(
  setId: string,
  number: number,
  cidrs: string[],
  state: "accepted" | "proposed" = "accepted",
) {
  const id = newId("asetv");
  const facts = { intake: "text", contentSha256: "0".repeat(64), checkedOn: new Date() } as const;
  return asSystem("a test's version", async (tx) => {
    const { customerId } = await tx.addressSet.findUniqueOrThrow({ where: { id: setId } });
    await tx.addressSetVersion.create({ data: { id, setId, customerId, number, cidrs, state, ...facts } });
    return id;
  });
}

const setId = (slug: string) =>
  asSystem(
    "a test reads a set",
    async (tx) => (await tx.addressSet.findUniqueOrThrow({ where: { slug } })).id,
  );

/** Opens a door to the set, by a request. */
async function opening(slug: string): Promise<void> {
  const requestId = await aRequest(site, "approved", [adding({ peerKind: "address_set", peer: slug })]);
  await commands.applyApproved(admin, { requestId });
}

describe("the sets of a deployment", () => {
  test("are those that the product brings, as it brings them", async () => {
    const sets = await load();
    for (const set of BUILT_IN_SETS) expect(sets.get(set.slug)).toEqual(set);
  });

  test("stay as they are for its rules when a newer version is accepted", async () => {
    const slug = await aSet();
    await opening(slug);
    await aVersion(await setId(slug), 2, ["192.0.2.0/24"]);
    expect((await load()).get(slug)).toMatchObject({ number: 1, cidrs: ["192.0.2.0/25"] });
    const newest = await asSystem("a test", loadNewestSets);
    expect(newest.get(slug)).toMatchObject({ number: 2 });
  });

  test("without a rule that names them are the newest that was accepted, never one that is only proposed", async () => {
    const slug = await aSet();
    const id = await setId(slug);
    await aVersion(id, 2, ["192.0.2.0/24"]);
    const proposed = await aVersion(id, 3, ["0.0.0.0/0"], "proposed");
    expect((await load()).get(slug)).toMatchObject({ number: 2 });
    await expect(asSystem("a test", (tx) => pinSet(tx, site, proposed))).rejects.toThrow(/no such accepted/);
  });

  test("of another customer are not there", async () => {
    const slug = await aSet({ customerId: (await aSite()).customerId });
    expect((await load()).has(slug)).toBe(false);
    const form = { direction: "egress", protocol: "tcp", ports: "443", purpose: "Reach the partners" };
    const wanted = { deploymentId: site.deploymentId, ...form, peerKind: "address_set", peer: slug };
    await expect(draftRule(admin, AddRuleInput.parse(wanted))).rejects.toMatchObject({
      fields: { peer: "Choose an address set." },
    });
  });

  test("move by a change request, and back by the way back that it keeps", async () => {
    const slug = await aSet();
    await opening(slug);
    const versionId = await aVersion(await setId(slug), 2, ["192.0.2.0/24"]);
    const requestId = await aRequest(site, "approved", [{ kind: "use_set_version", slug, versionId }]);
    await commands.applyApproved(admin, { requestId });
    expect((await load()).get(slug)).toMatchObject({ number: 2, versionId });
    const { undo } = await asSystem("a test", (tx) =>
      tx.changeRequest.findUniqueOrThrow({ where: { id: requestId } }),
    );
    expect(undo).toMatchObject([{ kind: "use_set_version", slug }]);
  });
});

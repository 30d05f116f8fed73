import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DraftAssertionInput } from "#lib/allowlist/assertions/schema.ts";
import type { AssertionFacts, Change } from "#lib/allowlist/changes.ts";
import { draftAssertion, draftAssertionRetirement } from "#lib/change-requests/assertions/commands.ts";
import { changesOf, loadBase } from "#lib/change-requests/base.ts";
import * as commands from "#lib/change-requests/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { newId } from "#lib/shared/ids.ts";
import {
  adding,
  aRequest,
  aRule,
  aSite,
  readRequest,
  type Site,
  somebody,
} from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const NO_MAIL: AssertionFacts = {
  must: "deny",
  direction: "egress",
  protocol: "tcp",
  portFrom: 25,
  portTo: 25,
  peerKind: "cidr",
  peer: "0.0.0.0/0",
  carriedBy: "application",
  reason: "Mail leaves through the relay only",
  ownerName: "Network team",
};

let site: Site;
const author = somebody("operator");

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
});

const asserting = (assertion = NO_MAIL): Change & { kind: "add_assertion" } => {
  return { kind: "add_assertion", assertionId: newId("asrt"), assertion };
};
const standing = () =>
  asSystem("what has to hold", async (tx) => (await loadBase(tx, site.deploymentId)).state);
const written = (over: object = {}) =>
  DraftAssertionInput.parse({
    ...{ deploymentId: site.deploymentId, must: "deny", direction: "egress", protocol: "tcp", ports: "25" },
    ...{ peerKind: "cidr", peer: "0.0.0.0/0", reason: NO_MAIL.reason, ownerName: "Network team", ...over },
  });

describe("a request", () => {
  test("puts an assertion down and gives it up, each on record with what decided it", async () => {
    const added = asserting();
    const first = await aRequest(site, "approved", [added]);
    await commands.applyApproved(author, { requestId: first });
    expect([...(await standing()).assertions]).toEqual([[added.assertionId, NO_MAIL]]);
    const second = await aRequest(site, "approved", [
      { kind: "retire_assertion", assertionId: added.assertionId },
    ]);
    expect(await readRequest(second)).toMatchObject({ effect: "widening" });
    await commands.applyApproved(author, { requestId: second });
    expect((await standing()).assertions.size).toBe(0);
    const events = await asSystem("what was written of it", (tx) =>
      tx.auditEvent.findMany({ where: { targetId: added.assertionId }, orderBy: { id: "asc" } }),
    );
    expect(events).toMatchObject([
      { action: "allowlist.add_assertion", after: NO_MAIL, detail: { requestId: first } },
      { action: "allowlist.retire_assertion", before: NO_MAIL, detail: { requestId: second } },
    ]);
  });

  test("that breaks an assertion of the list cannot be proposed, and says which", async () => {
    await commands.applyApproved(author, { requestId: await aRequest(site, "approved", [asserting()]) });
    const mail = adding({ portFrom: 20, portTo: 30 });
    const requestId = await aRequest(site, "draft", [mail]);
    await commands.simulateRequest(author, { requestId });
    expect((await readRequest(requestId)).simulation).toMatchObject({
      broken: [{ reason: NO_MAIL.reason, witness: { protocol: "tcp", port: 25 } }],
    });
    await expect(commands.proposeRequest(author, { requestId })).rejects.toThrow(NO_MAIL.reason);
  });

  test("was simulated before an assertion was put down: it has to be simulated again", async () => {
    const waiting = await aRequest(site, "approved", [adding({ portFrom: 25, portTo: 25 })]);
    await commands.applyApproved(author, { requestId: await aRequest(site, "approved", [asserting()]) });
    await expect(commands.applyApproved(author, { requestId: waiting })).rejects.toThrow("Simulate it again");
  });

  test("about an address set that is not there is a problem of the request", async () => {
    const nowhere = asserting({ ...NO_MAIL, peerKind: "address_set", peer: "gone" });
    const requestId = await aRequest(site, "draft", [nowhere]);
    await commands.simulateRequest(author, { requestId });
    await expect(commands.proposeRequest(author, { requestId })).rejects.toThrow("no address set gone");
  });
});

describe("the draft", () => {
  test("takes an assertion in, and lets go of it when it is given up before it was proposed", async () => {
    await aRule(site);
    const { requestId } = await draftAssertion(author, written());
    const [change] = changesOf(await readRequest(requestId));
    expect(change).toMatchObject({ kind: "add_assertion", assertion: NO_MAIL });
    await expect(draftAssertion(author, written({ reason: "For another reason" }))).rejects.toThrow(
      "already",
    );
    await draftAssertion(author, written({ must: "allow", peer: "203.0.113.0/24", ports: "443" }));
    await commands.dropChange(author, {
      requestId,
      subject: (change as { assertionId: string }).assertionId,
    });
    expect(changesOf(await readRequest(requestId))).toMatchObject([{ assertion: { must: "allow" } }]);
  });

  test("takes in that one of the list is given up, once", async () => {
    const added = asserting();
    await commands.applyApproved(author, { requestId: await aRequest(site, "approved", [added]) });
    await expect(draftAssertion(author, written())).rejects.toThrow("already");
    const { requestId } = await draftAssertionRetirement(author, { assertionId: added.assertionId });
    await draftAssertionRetirement(author, { assertionId: added.assertionId });
    expect(changesOf(await readRequest(requestId))).toEqual([
      { kind: "retire_assertion", assertionId: added.assertionId },
    ]);
  });

  test("reads what a person wrote as strictly as a rule", () => {
    const refusal = (over: object) => DraftAssertionInput.safeParse({ ...{ ports: "" }, ...over }).success;
    expect(refusal({ must: "deny" })).toBe(false);
    expect(() => written({ peer: "10.0.0.1/8" })).toThrow();
    expect(() => written({ direction: "ingress", peerKind: "fqdn", peer: "a.example" })).toThrow();
    expect(() => written({ must: "perhaps" })).toThrow();
  });
});

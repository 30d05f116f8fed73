import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "#lib/access/actor.ts";
import type { Change } from "#lib/allowlist/changes.ts";
import { AddRuleInput, ChangeRuleInput } from "#lib/allowlist/schema.ts";
import type { Simulation } from "#lib/allowlist/simulation.ts";
import { changesOf } from "#lib/change-requests/base.ts";
import * as basket from "#lib/change-requests/basket/commands.ts";
import * as commands from "#lib/change-requests/commands.ts";
import { watchRequests } from "#lib/change-requests/expiry.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import {
  aCustomerAdmin,
  adding,
  aRequest,
  aRule,
  aSite,
  readRequest,
  type Site,
  somebody,
  WEB,
} from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleReport } from "#tests/support/doctor-report.ts";

let site: Site;
const author = somebody("operator");
const admin = somebody("admin");

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
});

const rules = () =>
  asSystem("a test reads rules", (tx) =>
    tx.allowlistRule.findMany({ where: { deploymentId: site.deploymentId, retiredAt: null } }),
  );
const events = (targetId: string) =>
  asSystem("a test reads events", (tx) =>
    tx.auditEvent.findMany({ where: { targetId }, orderBy: [{ occurredAt: "asc" }, { id: "asc" }] }),
  );
const approve = (actor: Actor, requestId: string, round = 1) =>
  commands.approveRequest(actor, { requestId, round, comment: "" });
const consent = (actor: Actor, requestId: string, round = 1) =>
  commands.recordConsent(actor, { requestId, round, consentOf: "Ms. Weber", consentHow: "By letter" });
const stateOf = async (requestId: string) => (await readRequest(requestId)).state;
const retiring = (ruleId: string): Change => ({ kind: "retire_rule", ruleId });

/** From a draft to a proposal, as its author takes it. */
async function propose(requestId: string, by = author): Promise<void> {
  const words = {
    title: "Reach the partner",
    reason: "The partner's API is called at night.",
    ticket: "NET-7",
  };
  await commands.describeRequest(by, { requestId, ...words, expiresOn: null });
  await commands.simulateRequest(by, { requestId });
  await commands.proposeRequest(by, { requestId });
}

describe("who approves", () => {
  test("opening takes the vendor's admin and the customer's, in either order", async () => {
    const customer = await aCustomerAdmin(site);
    for (const order of [
      [admin, customer],
      [customer, admin],
    ] as const) {
      const requestId = await aRequest(site, "proposed");
      await approve(order[0], requestId);
      expect(await stateOf(requestId)).toBe("proposed");
      await approve(order[1], requestId);
      expect(await stateOf(requestId)).toBe("approved");
    }
  });

  test("two admins of one side are one side", async () => {
    const requestId = await aRequest(site, "proposed");
    await approve(admin, requestId);
    await expect(approve(somebody("owner"), requestId)).rejects.toMatchObject({
      message: expect.stringContaining("vendor's side has approved already"),
    });
    expect(await stateOf(requestId)).toBe("proposed");
  });

  test.each(["admin", "customer_admin"] as const)("closing takes one of them: %s", async (role) => {
    const requestId = await aRequest(site, "proposed", [retiring(await aRule(site))]);
    await approve(somebody(role, [site.customerId]), requestId);
    expect(await stateOf(requestId)).toBe("approved");
  });

  test("consent is written down only where nobody at the customer can approve for themselves", async () => {
    const requestId = await aRequest(site, "proposed");
    await consent(admin, requestId);
    await approve(admin, requestId);
    expect(await stateOf(requestId)).toBe("approved");
    await aCustomerAdmin(site);
    const second = await aRequest(site, "proposed");
    await expect(consent(admin, second)).rejects.toMatchObject({ kind: "conflict" });
  });

  test("neither whoever put a change in nor whoever proposed it approves, refuses for nobody else, or records consent", async () => {
    const requestId = await aRequest(site, "simulated", undefined, { authorIds: [author.id] });
    const [proposer, editor] = [somebody("owner"), somebody("admin")];
    await commands.dropChange(editor, { requestId, subject: "rule_x" }).catch(() => undefined); // nothing dropped: no author
    await commands.proposeRequest(proposer, { requestId });
    for (const act of [approve, consent]) {
      await expect(act(proposer, requestId)).rejects.toMatchObject({
        message: expect.stringContaining("You made this request"),
      });
    }
    await approve(editor, requestId);
    expect((await readRequest(requestId)).authorIds).toEqual([author.id, proposer.id]);
  });

  test("a word about an earlier simulation counts for nothing", async () => {
    const requestId = await aRequest(site, "proposed");
    await expect(approve(admin, requestId, 2)).rejects.toMatchObject({ kind: "conflict" });
    expect(await stateOf(requestId)).toBe("proposed");
  });

  test("of several who approve for one side at once, one does; and both sides at once are both heard", async () => {
    const customer = await aCustomerAdmin(site);
    const requestId = await aRequest(site, "proposed");
    const all = [admin, somebody("admin"), somebody("owner"), customer].map((who) => approve(who, requestId));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(outcomes.at(-1)?.status).toBe("fulfilled");
    expect(await stateOf(requestId)).toBe("approved");
  });
});

describe("an allowlist that moved since", () => {
  test("stops proposing, approving and applying, until it is simulated again; then approvals begin anew", async () => {
    const requestId = await aRequest(site, "simulated", undefined, { authorIds: [author.id] });
    await aRule(site, { peer: "198.51.100.0/24" });
    const moved = { kind: "conflict", message: expect.stringContaining("Simulate it again") };
    await expect(commands.proposeRequest(author, { requestId })).rejects.toMatchObject(moved);
    await commands.simulateRequest(author, { requestId });
    await commands.proposeRequest(author, { requestId });
    await approve(admin, requestId, 2);
    await aRule(site, { peer: "198.51.100.7/32", portFrom: 80, portTo: 80 });
    await expect(consent(admin, requestId, 2)).rejects.toMatchObject(moved);
    await commands.simulateRequest(author, { requestId });
    expect(await readRequest(requestId)).toMatchObject({ state: "simulated", round: 3 });
    await commands.proposeRequest(author, { requestId });
    await consent(admin, requestId, 3);
    expect(await stateOf(requestId)).toBe("proposed"); // the approval of round 2 is void
    await approve(admin, requestId, 3);
    await aRule(site, { peer: "192.0.2.1/32" });
    await expect(commands.applyApproved(author, { requestId })).rejects.toMatchObject(moved);
    expect(await rules()).toHaveLength(3);
  });

  test("of two approved requests that are applied at once, one is; the other is simulated again first", async () => {
    const ids = await Promise.all(["192.0.2.1/32", "192.0.2.2/32"].map((peer) => adding({ peer }))).then(
      (changes) =>
        changes.reduce<Promise<string[]>>(
          async (made, change) => [...(await made), await aRequest(site, "approved", [change])],
          Promise.resolve([]),
        ),
    );
    const outcomes = await Promise.allSettled(
      ids.map((requestId) => commands.applyApproved(author, { requestId })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await rules()).toHaveLength(1);
  });

  test("a request that stands on what it was simulated on is not simulated again: its approvals stay", async () => {
    const requestId = await aRequest(site, "proposed");
    await approve(admin, requestId);
    await expect(commands.simulateRequest(author, { requestId })).rejects.toMatchObject({ kind: "conflict" });
    expect(await readRequest(requestId)).toMatchObject({ state: "proposed", round: 1 });
  });
});

describe("the basket", () => {
  const form = { direction: "egress", protocol: "tcp", ports: "443", peerKind: "cidr", purpose: WEB.purpose };
  const draftRule = (peer: string, by = author) =>
    basket.draftRule(by, AddRuleInput.parse({ deploymentId: site.deploymentId, ...form, peer }));

  test("gathers one person's changes in one draft, and changes nothing of the list", async () => {
    const kept = await aRule(site, { peer: "198.51.100.0/24", expiresAt: "2027-01-01T10:20:30.400Z" });
    const gone = await aRule(site, { peer: "198.51.101.0/24" });
    const first = await draftRule("203.0.113.0/24");
    await basket.draftRuleChange(
      author,
      ChangeRuleInput.parse({
        ruleId: kept,
        ...form,
        peer: "198.51.100.0/25",
        expiresAt: "2027-01-01T10:20",
      }),
    );
    const last = await basket.draftRetirement(author, { ruleId: gone });
    expect(last).toEqual(first);
    const request = await readRequest(first.requestId);
    expect(request).toMatchObject({ state: "draft", number: 1, changeCount: 3, authorIds: [author.id] });
    expect(request.title).toBe("Open egress tcp 443 to 203.0.113.0/24");
    expect(changesOf(request)).toMatchObject([
      { kind: "add_rule" },
      { kind: "change_rule", rule: { peer: "198.51.100.0/25", expiresAt: "2027-01-01T10:20:30.400Z" } },
      { kind: "retire_rule", ruleId: gone },
    ]);
    expect((await rules()).map(({ peer }) => peer).sort()).toEqual(["198.51.100.0/24", "198.51.101.0/24"]);
    expect((await draftRule("192.0.2.1/32", admin)).number).toBe(2);
  });

  test("holds one change of each thing, and a drafted one that is retired is gone", async () => {
    const ruleId = await aRule(site);
    const { requestId } = await basket.draftRetirement(author, { ruleId });
    await basket.draftRuleChange(author, ChangeRuleInput.parse({ ruleId, ...form, peer: "192.0.2.1/32" }));
    expect(changesOf(await readRequest(requestId))).toMatchObject([{ kind: "change_rule", ruleId }]);
    await commands.dropChange(author, { requestId, subject: ruleId });
    expect(await readRequest(requestId)).toMatchObject({ changeCount: 0, state: "draft" });
    await expect(commands.simulateRequest(author, { requestId })).rejects.toMatchObject({ kind: "conflict" });
  });

  test("what is put to a simulated request makes it a draft again, and its author one more", async () => {
    const { requestId } = await draftRule("203.0.113.0/24");
    await commands.simulateRequest(author, { requestId });
    await draftRule("203.0.112.0/24");
    expect(await readRequest(requestId)).toMatchObject({
      state: "draft",
      simulation: null,
      baseDigest: null,
    });
  });
});

describe("what cannot be proposed", () => {
  test("what is open already, and a request without a reason", async () => {
    await aRule(site);
    const requestId = await aRequest(site, "draft");
    await commands.simulateRequest(author, { requestId });
    await expect(commands.proposeRequest(author, { requestId })).rejects.toMatchObject({
      message: expect.stringContaining("opens already"),
    });
    const bare = await aRequest(site, "draft", [adding({ peer: "192.0.2.1/32" })]);
    await commands.describeRequest(author, {
      requestId: bare,
      title: "Reach it",
      reason: "",
      ticket: "",
      expiresOn: null,
    });
    await commands.simulateRequest(author, { requestId: bare });
    await expect(commands.proposeRequest(author, { requestId: bare })).rejects.toMatchObject({
      message: expect.stringContaining("why this is needed"),
    });
  });

  test("nothing of an archived deployment moves on, but what is open there can be ended", async () => {
    const requestId = await aRequest(site, "approved");
    await asSystem("archiving", (tx) =>
      tx.deployment.update({ where: { id: site.deploymentId }, data: { archivedAt: new Date() } }),
    );
    await expect(commands.applyApproved(author, { requestId })).rejects.toMatchObject({ kind: "conflict" });
    await commands.withdrawRequest(author, { requestId, reason: "Archived" });
  });
});

describe("from draft to closed", () => {
  test("it becomes the list when it is applied, each rule on record with the request that decided it", async () => {
    const gone = await aRule(site, { peer: "198.51.100.0/24" });
    const changed = await aRule(site, { peer: "198.51.101.0/24", expiresAt: "2027-01-01T00:00:00.000Z" });
    const added = adding({ hosts: ["api.partner.example"] });
    const change: Change = {
      kind: "change_rule",
      ruleId: changed,
      rule: { ...WEB, peer: "198.51.101.0/25" },
    };
    const requestId = await aRequest(site, "draft", [added, change, retiring(gone)], {
      authorIds: [author.id],
    });
    await propose(requestId);
    const simulation = (await readRequest(requestId)).simulation as unknown as Simulation;
    expect([simulation.effect, simulation.opened.total]).toEqual(["widening", 2]);
    await approve(admin, requestId);
    await consent(admin, requestId);
    expect(await rules()).toHaveLength(2);
    await commands.applyApproved(author, { requestId });
    expect((await rules()).map(({ peer, expiresAt }) => [peer, expiresAt]).sort()).toEqual([
      ["198.51.101.0/25", null],
      ["203.0.113.0/24", null],
    ]);
    const ruleId = added.kind === "add_rule" ? added.ruleId : "";
    expect(await events(ruleId)).toMatchObject([
      { action: "allowlist.add_rule", detail: { requestId, request: 1 } },
    ]);
    expect(await events(gone)).toMatchObject([{ action: "allowlist.retire_rule", detail: { requestId } }]);
    await commands.verifyRequest(author, { requestId, by: "probe", note: "Tried with curl from the site." });
    await commands.closeRequest(author, { requestId });
    expect((await events(requestId)).map(({ action }) => action.replace("change_request.", ""))).toEqual([
      ...["draft", "simulate", "propose", "approve", "record_consent", "apply", "verify", "close"],
    ]);
  });

  test("its way back is a request like every other, and leads to the same packets", async () => {
    const gone = await aRule(site, { peer: "198.51.100.0/24" });
    const ended = await aRule(site, {
      peer: "192.0.2.7/32",
      expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
    });
    const requestId = await aRequest(site, "approved", [adding(), retiring(gone), retiring(ended)]);
    await commands.applyApproved(author, { requestId });
    const later = new Date(Date.now() + 2 * DAY_MS);
    const { requestId: back } = await commands.rollBackRequest(author, { requestId }, later);
    expect(await readRequest(back)).toMatchObject({
      state: "draft",
      rollbackOfId: requestId,
      authorIds: [author.id],
    });
    await propose(back);
    await approve(admin, back);
    await consent(admin, back);
    await commands.applyApproved(author, { requestId: back });
    expect((await rules()).map(({ peer }) => peer)).toEqual(["198.51.100.0/24"]);
    expect((await rules())[0]?.id).not.toBe(gone);
  });

  test("the doctor verifies it only by a run that came after, tried these rules, and found none of them shut", async () => {
    const added = adding();
    const ruleId = added.kind === "add_rule" ? added.ruleId : "";
    const requestId = await aRequest(site, "approved", [added]);
    const applied = new Date(Date.now() - 60_000);
    await commands.applyApproved(author, { requestId }, applied);
    const verify = () => commands.verifyRequest(author, { requestId, by: "doctor" });
    const { checks, ...report } = exampleReport();
    const door = {
      ruleId,
      direction: "egress",
      protocol: "tcp",
      port: 443,
      peer: WEB.peer,
      purpose: "x",
    } as const;
    const bring = (ranAt: Date, outcome: "passed" | "failed" | "skipped", about: string | null) =>
      asSystem("a test's report", (tx) => {
        const check = { ...checks[0], outcome, door: about === null ? null : { ...door, ruleId: about } };
        const id = `report_${ranAt.getTime()}`;
        const counts = { failed: 0, warnings: 0, passed: 1, skipped: 0 };
        const content = JSON.parse(JSON.stringify({ ...report, checks: [check] }));
        const facts = {
          id,
          ...site,
          runId: id,
          machine: "app-01",
          ...counts,
          content,
          ranAt,
          broughtBy: "IT",
        };
        return tx.doctorReport.create({ data: facts });
      });
    await bring(new Date(applied.getTime() - 1), "passed", ruleId);
    await expect(verify()).rejects.toMatchObject({ message: expect.stringContaining("has not run") });
    await bring(new Date(applied.getTime() + 1_000), "passed", null);
    await expect(verify()).rejects.toMatchObject({ message: expect.stringContaining("tried none") });
    await bring(new Date(applied.getTime() + 2_000), "skipped", ruleId);
    await expect(verify()).rejects.toMatchObject({ message: expect.stringContaining("tried none") });
    await bring(new Date(applied.getTime() + 3_000), "failed", ruleId);
    await expect(verify()).rejects.toMatchObject({ message: expect.stringContaining("failing") });
    await bring(new Date(applied.getTime() + 4_000), "passed", ruleId);
    await verify();
    expect((await readRequest(requestId)).verification).toMatchObject({
      by: "doctor",
      machine: "app-01",
      checks: 1,
    });
  });
});

describe("time", () => {
  test("what is not applied in its time is withdrawn, once, and can no longer be approved or applied", async () => {
    const expiresAt = new Date(Date.now() + DAY_MS);
    const proposed = await aRequest(site, "proposed", undefined, { expiresAt });
    const approved = await aRequest(site, "approved", undefined, { expiresAt });
    const later = new Date(expiresAt.getTime() + 1);
    await expect(
      commands.approveRequest(admin, { requestId: proposed, round: 1, comment: "" }, later),
    ).rejects.toMatchObject({ kind: "conflict" });
    await expect(commands.applyApproved(author, { requestId: approved }, later)).rejects.toMatchObject({
      kind: "conflict",
    });
    const counts = await Promise.all([watchRequests(later), watchRequests(later)]);
    expect(counts[0].expired + counts[1].expired).toBe(2);
    expect(await readRequest(proposed)).toMatchObject({ state: "withdrawn", endReason: expect.any(String) });
    expect((await events(approved)).map(({ action }) => action)).toEqual(["change_request.expire"]);
  });

  test("what waits for its approval is called to mind every second day", async () => {
    const start = new Date("2020-01-01T00:00:00Z");
    const day = (count: number) => new Date(start.getTime() + count * DAY_MS);
    const requestId = await aRequest(site, "proposed", undefined, { proposedAt: start, expiresAt: day(30) });
    const reminders = [];
    for (let count = 1; count <= 6; count += 1) reminders.push((await watchRequests(day(count))).reminded);
    expect(reminders).toEqual([0, 1, 0, 1, 0, 1]);
    expect((await events(requestId)).map(({ action }) => action)).toEqual(
      Array(3).fill("change_request.remind"),
    );
  });
});

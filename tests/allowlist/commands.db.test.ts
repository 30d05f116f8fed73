import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addRule, applyPack, changeRule, expireRule, retireRule } from "#lib/allowlist/commands.ts";
import { recordExpiredRules } from "#lib/allowlist/expiry.ts";
import { exportAllowlist } from "#lib/allowlist/export.ts";
import { getBoundary, listRules, previewPack } from "#lib/allowlist/queries.ts";
import { AddRuleInput, ApplyPackInput, ChangeRuleInput, RULE_LIST } from "#lib/allowlist/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const LATER = new Date("2026-12-24T08:00:00Z");
const operator = anActor("operator");
let customerId = "";
let dep = "";
let stranger = anActor("customer_admin", []);

beforeAll(testDatabase);
afterAll(closeDatabase);

beforeEach(async () => {
  customerId = await makeCustomer();
  dep = await makeDeployment(customerId, "connected");
  stranger = anActor("customer_admin", [await makeCustomer()]);
});

function makeCustomer(): Promise<string> {
  const id = newId("cus");
  return asSystem("a test's customer", async (tx) => {
    await tx.customer.create({ data: { id, name: id, slug: id.toLowerCase() } });
    return id;
  });
}

function makeDeployment(customer: string, mode: DeploymentMode): Promise<string> {
  const id = newId("dep");
  return asSystem("a test's deployment", async (tx) => {
    await tx.deployment.create({ data: { id, customerId: customer, name: id, mode } });
    return id;
  });
}

const FORM = {
  direction: "egress",
  protocol: "tcp",
  ports: "443",
  peerKind: "cidr",
  peer: "203.0.113.0/24",
  purpose: "Reach the partner's API",
};
const wanted = (over: Record<string, string> = {}) =>
  AddRuleInput.parse({ deploymentId: dep, ...FORM, ...over });
const changed = (ruleId: string, over: Record<string, string> = {}) =>
  ChangeRuleInput.parse({ ruleId, ...FORM, ...over });
const add = async (over: Record<string, string> = {}) => (await addRule(operator, wanted(over), NOW)).ruleId;
const answers = (over: Record<string, string> = {}) => ApplyPackInput.parse({ deploymentId: dep, ...over });
const list = (params: Record<string, string> = {}, actor = operator, at = NOW) =>
  listRules(actor, dep, parseListQuery(params, RULE_LIST), at);
const events = () =>
  asSystem("reading a test's events", (tx) =>
    tx.auditEvent.findMany({ where: { deploymentId: dep }, orderBy: [{ occurredAt: "asc" }, { id: "asc" }] }),
  );

describe("adding a rule", () => {
  test("opens a door and writes down what it is", async () => {
    const ruleId = await add({ ticket: "NET-7", expiresAt: "2027-01-01T00:00" });
    expect((await list()).rows).toMatchObject([
      { id: ruleId, peer: "203.0.113.0/24", ports: "443", state: "open", coveredBy: null },
    ]);
    expect(await events()).toMatchObject([
      {
        action: "allowlist.add_rule",
        targetId: ruleId,
        targetName: "Egress tcp 443 to 203.0.113.0/24",
        customerId,
        actorId: operator.id,
        before: null,
        after: {
          peer: "203.0.113.0/24",
          portFrom: 443,
          ticket: "NET-7",
          expiresAt: "2027-01-01T00:00:00.000Z",
        },
      },
    ]);
  });

  test("refuses what is open already, acknowledged or not, and writes nothing", async () => {
    await add();
    await expect(add({ acknowledged: "true" })).rejects.toMatchObject({
      kind: "conflict",
      fields: { peer: expect.stringContaining("opens already") },
    });
    expect((await events()).length).toBe(1);
  });

  test("asks before it adds what another rule covers, and then says so on the list", async () => {
    const wide = await add({ peer: "203.0.0.0/16" });
    await expect(add()).rejects.toMatchObject({
      fields: {
        acknowledged: expect.stringContaining("Covered by the rule “Egress tcp 443 to 203.0.0.0/16”"),
      },
    });
    const narrow = await add({ acknowledged: "true" });
    const { rows } = await list();
    expect(rows.find((row) => row.id === narrow)?.coveredBy).toEqual({
      id: wide,
      text: "Egress tcp 443 to 203.0.0.0/16",
    });
    expect(rows.find((row) => row.id === wide)?.coveredBy).toBeNull();
  });

  test("opens an air gap only for somebody who says that they mean it", async () => {
    dep = await makeDeployment(customerId, "air_gapped");
    await expect(add()).rejects.toMatchObject({
      fields: { acknowledged: expect.stringContaining("air-gapped") },
    });
    await expect(add({ acknowledged: "true" })).resolves.toMatch(/^rule_/);
  });

  test("refuses an end that is past", async () => {
    await expect(add({ expiresAt: "2026-11-24T08:00" })).rejects.toMatchObject({
      fields: { expiresAt: expect.any(String) },
    });
  });

  test("of two people who open the same door at once, one is told that it is open", async () => {
    const tries = await Promise.allSettled([add(), add(), add()]);
    expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect((await list()).total).toBe(1);
  });

  test("changes nothing of an archived deployment", async () => {
    await asSystem("archiving", (tx) =>
      tx.deployment.update({ where: { id: dep }, data: { archivedAt: NOW } }),
    );
    await expect(add()).rejects.toMatchObject({ kind: "conflict" });
  });
});

describe("changing a rule", () => {
  test("keeps what it was and what it is", async () => {
    const ruleId = await add();
    await changeRule(operator, changed(ruleId, { ports: "8443", peer: "203.0.113.0/25" }), NOW);
    expect((await events()).at(-1)).toMatchObject({
      action: "allowlist.change_rule",
      before: { peer: "203.0.113.0/24", portFrom: 443 },
      after: { peer: "203.0.113.0/25", portFrom: 8443 },
    });
  });

  test("may leave the traffic as it is: a rule does not stand in its own way", async () => {
    const ruleId = await add();
    await changeRule(operator, changed(ruleId, { purpose: "Reach the partner's new API" }), NOW);
    expect((await list()).rows[0]?.purpose).toBe("Reach the partner's new API");
  });

  test("keeps the seconds of an end that the form, which knows minutes, did not touch", async () => {
    const ruleId = await add();
    const expiresAt = new Date("2026-12-01T10:20:30.400Z");
    await asSystem("an end to the second", (tx) =>
      tx.allowlistRule.update({ where: { id: ruleId }, data: { expiresAt } }),
    );
    await changeRule(operator, changed(ruleId, { expiresAt: "2026-12-01T10:20" }), NOW);
    expect((await list()).rows[0]?.expiresAt).toEqual(expiresAt);
  });

  test("renews what had expired", async () => {
    const ruleId = await add({ expiresAt: "2026-11-25T08:00" });
    await recordExpiredRules(LATER);
    await changeRule(operator, changed(ruleId), LATER);
    expect((await list({}, operator, LATER)).rows[0]).toMatchObject({ state: "open", expiresAt: null });
  });
});

describe("the end of a rule", () => {
  test("expired now, it stays on the list and is in no export", async () => {
    const ruleId = await add();
    await expireRule(operator, { ruleId }, NOW);
    expect((await list()).rows).toMatchObject([{ id: ruleId, state: "expired" }]);
    expect(JSON.parse((await exportAllowlist(operator, dep, "json", NOW)).body).rules).toEqual([]);
    await expect(expireRule(operator, { ruleId }, LATER)).rejects.toMatchObject({ kind: "conflict" });
    expect(await recordExpiredRules(LATER)).toBe(0);
  });

  test("at its hour it closes by itself, and that is written down once, however many workers run", async () => {
    const ruleId = await add({ expiresAt: "2026-11-25T08:00" });
    expect(await recordExpiredRules(NOW)).toBe(0);
    expect(JSON.parse((await exportAllowlist(operator, dep, "json", LATER)).body).rules).toEqual([]);
    const written = await Promise.all([recordExpiredRules(LATER), recordExpiredRules(LATER)]);
    expect(written[0] + written[1]).toBe(1);
    const expired = (await events()).filter((event) => event.action === "allowlist.rule_expired");
    expect(expired).toMatchObject([{ targetId: ruleId, actorKind: "system", customerId }]);
  });

  test("retired, it leaves the list but not the record", async () => {
    const ruleId = await add();
    await retireRule(operator, { ruleId }, NOW);
    expect((await list()).total).toBe(0);
    expect((await list({ state: "retired" })).rows).toMatchObject([{ id: ruleId, state: "retired" }]);
    await expect(changeRule(operator, changed(ruleId), NOW)).rejects.toMatchObject({ kind: "conflict" });
  });
});

describe("applying the rule pack", () => {
  test("adds what is missing, once, and shows it before", async () => {
    const preview = await previewPack(operator, answers({ dnsResolvers: "192.0.2.53" }), NOW);
    expect(preview.toAdd.length).toBe(5);
    expect(await applyPack(operator, answers({ dnsResolvers: "192.0.2.53" }), NOW)).toEqual({
      added: 5,
      present: 0,
    });
    expect(await applyPack(operator, answers({ dnsResolvers: "192.0.2.53" }), NOW)).toEqual({
      added: 0,
      present: 5,
    });
    const packEvents = (await events()).filter((event) => event.action === "allowlist.apply_pack");
    expect(packEvents).toMatchObject([
      { detail: { pack: "workos-connected", added: 5 }, after: { rules: expect.any(Array) } },
    ]);
  });

  test("opens nothing behind an air gap", async () => {
    dep = await makeDeployment(customerId, "air_gapped");
    await expect(applyPack(operator, answers(), NOW)).rejects.toMatchObject({ kind: "conflict" });
    expect((await list()).total).toBe(0);
  });

  test("draws the doors of the boundary", async () => {
    await applyPack(operator, answers({ userNetworks: "198.51.100.0/24 198.51.101.0/24" }), NOW);
    const { doors, rules } = await getBoundary(operator, dep, NOW);
    expect(rules).toEqual({ open: 5, expired: 0 });
    expect(doors).toMatchObject([
      { direction: "egress", carriedBy: "application", service: "tcp 443", peer: "Cloudflare", rules: 1 },
      { direction: "egress", carriedBy: "user_browser", peer: "Cloudflare" },
      { direction: "ingress", carriedBy: "application", peer: "WorkOS senders" },
      { direction: "ingress", carriedBy: "user_browser", peer: "2 networks", rules: 2 },
    ]);
  });
});

describe("the export", () => {
  test.each(["nftables", "csv", "json"] as const)("as %s is on record with its digest", async (format) => {
    await add();
    const file = await exportAllowlist(operator, dep, format, NOW);
    expect(file.body).toContain("203.0.113.0/24");
    expect((await events()).at(-1)).toMatchObject({
      action: "allowlist.export",
      detail: { format, rules: 1, contentSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });
});

describe("the walls", () => {
  test("another customer's actor finds nothing here, by any way in", async () => {
    const ruleId = await add();
    const missing = { kind: "not_found" };
    await expect(list({}, stranger)).rejects.toMatchObject(missing);
    await expect(getBoundary(stranger, dep, NOW)).rejects.toMatchObject(missing);
    await expect(previewPack(stranger, answers(), NOW)).rejects.toMatchObject(missing);
    await expect(exportAllowlist(stranger, dep, "csv", NOW)).rejects.toMatchObject(missing);
    await expect(addRule(stranger, wanted(), NOW)).rejects.toMatchObject(missing);
    await expect(applyPack(stranger, answers(), NOW)).rejects.toMatchObject(missing);
    await expect(changeRule(stranger, changed(ruleId), NOW)).rejects.toMatchObject(missing);
    await expect(expireRule(stranger, { ruleId }, NOW)).rejects.toMatchObject(missing);
    await expect(retireRule(stranger, { ruleId }, NOW)).rejects.toMatchObject(missing);
    expect((await events()).length).toBe(1);
  });

  test.each(["support", "auditor"] as const)(
    "a person with the role %s reads and changes nothing",
    async (role) => {
      const ruleId = await add();
      const reader = anActor(role);
      expect((await list({}, reader)).total).toBe(1);
      for (const attempt of [
        () => addRule(reader, wanted({ ports: "80" }), NOW),
        () => changeRule(reader, changed(ruleId), NOW),
        () => expireRule(reader, { ruleId }, NOW),
        () => retireRule(reader, { ruleId }, NOW),
        () => applyPack(reader, answers(), NOW),
      ]) {
        expect(attempt).toThrow(expect.objectContaining({ kind: "forbidden" }));
      }
    },
  );

  test("a customer's own admin may open its own door", async () => {
    const own = anActor("customer_admin", [customerId]);
    await expect(addRule(own, wanted(), NOW)).resolves.toMatchObject({ ruleId: expect.any(String) });
  });
});

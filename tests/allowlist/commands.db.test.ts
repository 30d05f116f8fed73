import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RuleFacts } from "#lib/allowlist/changes.ts";
import { expireRule } from "#lib/allowlist/commands.ts";
import { recordExpiredRules } from "#lib/allowlist/expiry.ts";
import { exportAllowlist } from "#lib/allowlist/export.ts";
import { getBoundary, listRules } from "#lib/allowlist/queries.ts";
import { RULE_LIST } from "#lib/allowlist/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { aRule, aSite, type Site } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const LATER = new Date("2026-12-24T08:00:00Z");
const admin = anActor("admin");
let site: Site;
let dep = "";
let stranger = anActor("customer_admin", []);

beforeAll(testDatabase);
afterAll(closeDatabase);

beforeEach(async () => {
  site = await aSite();
  dep = site.deploymentId;
  stranger = anActor("customer_admin", [(await aSite()).customerId]);
});

const add = (over: Partial<RuleFacts> = {}) => aRule(site, over);
const list = (params: Record<string, string> = {}, actor = admin, at = NOW) =>
  listRules(actor, dep, parseListQuery(params, RULE_LIST), at);
const events = () =>
  asSystem("reading a test's events", (tx) =>
    tx.auditEvent.findMany({ where: { deploymentId: dep }, orderBy: [{ occurredAt: "asc" }, { id: "asc" }] }),
  );

describe("the list", () => {
  test("says of a rule that another covers which one that is", async () => {
    const wide = await add({ peer: "203.0.0.0/16" });
    const narrow = await add();
    const { rows } = await list();
    expect(rows.find((row) => row.id === narrow)?.coveredBy).toEqual({
      id: wide,
      text: "Egress tcp 443 to 203.0.0.0/16",
    });
    expect(rows.find((row) => row.id === wide)?.coveredBy).toBeNull();
  });

  test("has retired rules out of sight until they are asked for", async () => {
    const ruleId = await add();
    await asSystem("retiring", (tx) =>
      tx.allowlistRule.update({ where: { id: ruleId }, data: { retiredAt: NOW } }),
    );
    expect((await list()).total).toBe(0);
    expect((await list({ state: "retired" })).rows).toMatchObject([{ id: ruleId, state: "retired" }]);
  });

  test("draws the doors of the boundary", async () => {
    const browsers = { carriedBy: "user_browser", direction: "ingress" } as const;
    await add({ peerKind: "address_set", peer: "cloudflare" });
    await add({ ...browsers, peer: "198.51.100.0/24" });
    await add({ ...browsers, peer: "198.51.101.0/24" });
    const { doors, rules } = await getBoundary(admin, dep, NOW);
    expect(rules).toEqual({ open: 3, expired: 0 });
    expect(doors).toMatchObject([
      { direction: "egress", carriedBy: "application", service: "tcp 443", peer: "Cloudflare", rules: 1 },
      { direction: "ingress", carriedBy: "user_browser", peer: "2 networks", rules: 2 },
    ]);
  });
});

describe("the end of a rule", () => {
  test("closed in an emergency, it stays on the list, is in no export, and the log says who did it", async () => {
    const ruleId = await add();
    await expireRule(admin, { ruleId }, NOW);
    expect((await list()).rows).toMatchObject([{ id: ruleId, state: "expired" }]);
    expect(JSON.parse((await exportAllowlist(admin, dep, "json", NOW)).body).rules).toEqual([]);
    expect((await events())[0]).toMatchObject({
      action: "allowlist.expire_rule",
      targetId: ruleId,
      actorId: admin.id,
      before: { peer: "203.0.113.0/24", expiresAt: null },
      after: { expiresAt: NOW.toISOString() },
    });
    await expect(expireRule(admin, { ruleId }, LATER)).rejects.toMatchObject({ kind: "conflict" });
    expect(await recordExpiredRules(LATER)).toBe(0);
  });

  test.each(["operator", "customer_admin", "support", "auditor"] as const)(
    "a person with the role %s closes nothing that way",
    async (role) => {
      const ruleId = await add();
      expect(() => expireRule(anActor(role), { ruleId }, NOW)).toThrow(
        expect.objectContaining({ kind: "forbidden" }),
      );
    },
  );

  test("at its hour it closes by itself, and that is written down once, however many workers run", async () => {
    const ruleId = await add({ expiresAt: "2026-11-25T08:00:00.000Z" });
    expect(await recordExpiredRules(NOW)).toBe(0);
    expect(JSON.parse((await exportAllowlist(admin, dep, "json", LATER)).body).rules).toEqual([]);
    const written = await Promise.all([recordExpiredRules(LATER), recordExpiredRules(LATER)]);
    expect(written[0] + written[1]).toBe(1);
    const expired = (await events()).filter((event) => event.action === "allowlist.rule_expired");
    expect(expired).toMatchObject([{ targetId: ruleId, actorKind: "system", customerId: site.customerId }]);
  });
});

describe("the export", () => {
  test.each(["nftables", "csv", "json"] as const)("as %s is on record with its digest", async (format) => {
    await add();
    const file = await exportAllowlist(admin, dep, format, NOW);
    expect(file.body).toContain("203.0.113.0/24");
    expect((await events()).at(-1)).toMatchObject({
      action: "allowlist.export",
      detail: { format, rules: 1, contentSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });
});

test("another customer's actor finds nothing here, by any way in", async () => {
  const ruleId = await add();
  const missing = { kind: "not_found" };
  await expect(list({}, stranger)).rejects.toMatchObject(missing);
  await expect(getBoundary(stranger, dep, NOW)).rejects.toMatchObject(missing);
  await expect(exportAllowlist(stranger, dep, "csv", NOW)).rejects.toMatchObject(missing);
  const foreignAdmin = anActor("admin", stranger.customers);
  await expect(expireRule(foreignAdmin, { ruleId }, NOW)).rejects.toMatchObject(missing);
  expect(await events()).toEqual([]);
});

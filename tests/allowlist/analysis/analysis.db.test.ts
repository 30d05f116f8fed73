import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { forecastAllowlist, listIdleRules, tryPacket } from "#lib/allowlist/analysis/queries.ts";
import { IDLE_LIST } from "#lib/allowlist/analysis/schema.ts";
import { ASSERTION_LIST, listAssertions } from "#lib/allowlist/assertions/queries.ts";
import type { Change } from "#lib/allowlist/changes.ts";
import { expireRule } from "#lib/allowlist/commands.ts";
import { compareAllowlist, listComparable } from "#lib/allowlist/comparison/queries.ts";
import { applyApproved } from "#lib/change-requests/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { aRequest, aRule, aSite, type Site, somebody, WEB } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

let site: Site;
const reader = somebody("support");
const operator = somebody("operator");
const WEB_PACKET: Packet = {
  direction: "egress",
  protocol: "tcp",
  carriedBy: "application",
  port: 443,
  peer: "203.0.113.7",
  name: null,
};

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
});

const soon = (ms: number) => new Date(Date.now() + ms);
const apply = async (change: Change) =>
  applyApproved(operator, { requestId: await aRequest(site, "approved", [change]) });
const onPort = (ruleId: string, port: number): Change => {
  return { kind: "change_rule", ruleId, rule: { ...WEB, portFrom: port, portTo: port } };
};

describe("a packet", () => {
  test("is answered with the rule that decided, the others, and what was missed by one thing", async () => {
    const wide = await aRule(site, { peer: "203.0.0.0/16", purpose: "The partner's whole network" });
    const narrow = await aRule(site);
    const verdict = await tryPacket(reader, site.deploymentId, WEB_PACKET);
    expect(verdict).toMatchObject({
      allowed: true,
      rule: { id: narrow },
      alsoBy: [{ id: wide }],
      inForce: 2,
    });
    const missed = await tryPacket(reader, site.deploymentId, { ...WEB_PACKET, port: 8443 });
    expect(missed).toMatchObject({ allowed: false, rule: null });
    expect(missed.nearMisses.map(({ rule, miss }) => [rule.id, miss]).sort()).toEqual(
      [
        [narrow, "port"],
        [wide, "port"],
      ].sort(),
    );
  });
});

test("rules that open nothing of their own are listed with those that cover them", async () => {
  const covering = await aRule(site, { peer: "203.0.0.0/16" });
  const idle = await aRule(site);
  const found = await listIdleRules(reader, site.deploymentId, parseListQuery({}, IDLE_LIST));
  expect(found).toMatchObject({
    needed: 1,
    page: { total: 1, rows: [{ id: idle, state: "shadowed", by: [{ id: covering }] }] },
  });
});

test("the forecast names the day, the rules and what closes", async () => {
  const end = soon(3 * DAY_MS);
  const ending = await aRule(site, { expiresAt: end.toISOString() });
  expect(await forecastAllowlist(reader, site.deploymentId, 7)).toMatchObject([
    {
      day: end.toISOString().slice(0, 10),
      rules: [{ id: ending }],
      closes: { total: 1, regions: [{ peers: [WEB.peer], witness: { port: 443 } }] },
    },
  ]);
});

describe("a comparison", () => {
  const regions = async (at: Date) => {
    const { onlyHere, onlyThere, rules } = await compareAllowlist(operator, site.deploymentId, {
      kind: "past",
      at,
    });
    const peers = (side: typeof onlyHere) => side.regions.map((region) => [region.peers, region.ports?.from]);
    return { here: peers(onlyHere), there: peers(onlyThere), rules };
  };
  const age = (id: string, at: Date) =>
    asSystem("a rule is made older", (tx) =>
      tx.allowlistRule.update({ where: { id }, data: { createdAt: at } }),
    );

  test("with an earlier time shows what was changed, closed and added since, each as it was then", async () => {
    const [changed, retired, expired] = [
      await aRule(site),
      await aRule(site, { peer: "198.51.100.0/24" }),
      await aRule(site, { peer: "192.0.2.0/24" }),
    ];
    for (const id of [changed, retired, expired]) await age(id, soon(-2 * HOUR_MS));
    const then = soon(-HOUR_MS);
    expect(await regions(then)).toEqual({ here: [], there: [], rules: { here: 3, there: 3 } });
    await apply(onPort(changed, 8443));
    await apply(onPort(changed, 9443));
    await apply({ kind: "retire_rule", ruleId: retired });
    await expireRule(somebody("admin"), { ruleId: expired });
    await aRule(site, { peer: "203.0.113.0/25", portFrom: 22, portTo: 22 });
    const { here, there, rules } = await regions(then);
    expect(here.sort()).toEqual([
      [["203.0.113.0/24"], 9443],
      [["203.0.113.0/25"], 22],
    ]);
    expect(there.sort()).toEqual([
      [["192.0.2.0/24"], 443],
      [["198.51.100.0/24"], 443],
      [["203.0.113.0/24"], 443],
    ]);
    expect(rules).toEqual({ here: 2, there: 3 });
  });

  test("with another deployment names the rule on the side where the packet passes", async () => {
    const other = await aSite(site.customerId);
    const here = await aRule(site);
    const there = await aRule(other, { peer: "203.0.113.128/25", portTo: 444 });
    const against = { kind: "deployment" as const, deploymentId: other.deploymentId };
    expect(await compareAllowlist(reader, site.deploymentId, against)).toMatchObject({
      other: { kind: "deployment", id: other.deploymentId },
      onlyHere: { total: 1, regions: [{ peers: ["203.0.113.0/25"], rule: { id: here } }] },
      onlyThere: { total: 1, regions: [{ peers: ["203.0.113.128/25"], rule: { id: there } }] },
    });
    expect(await listComparable(reader, site.deploymentId, other.deploymentId)).toMatchObject([
      { id: other.deploymentId },
    ]);
  });

  test("with an export shows what was opened since somebody took it", async () => {
    const taken = {
      ...{
        id: newId("exp"),
        ...site,
        format: "nftables",
        digest: "0",
        fileSha256: "0",
        rules: 0,
        leftOut: 0,
      },
      ...{ takenById: operator.id, takenByName: operator.name },
    };
    const { id } = await asSystem("a file that was taken", (tx) =>
      tx.allowlistExport.create({ data: taken }),
    );
    await aRule(site);
    expect(await compareAllowlist(reader, site.deploymentId, { kind: "export", exportId: id })).toMatchObject(
      {
        other: { kind: "past", export: { format: "nftables", takenByName: operator.name } },
        onlyHere: { total: 1 },
        onlyThere: { total: 0 },
      },
    );
  });

  test("with a deployment or an export that the actor may not see is not found", async () => {
    const foreign = await aSite();
    const own = somebody("customer_admin", [site.customerId]);
    const against = { kind: "deployment" as const, deploymentId: foreign.deploymentId };
    await expect(compareAllowlist(own, site.deploymentId, against)).rejects.toMatchObject({
      kind: "not_found",
    });
    const none = { kind: "export" as const, exportId: "exp_none" };
    await expect(compareAllowlist(own, site.deploymentId, none)).rejects.toMatchObject({ kind: "not_found" });
    expect(await listComparable(own, site.deploymentId, "")).toEqual([]);
  });
});

describe("assertions", () => {
  const many = 10_000;
  const put = (rows: object[]) =>
    asSystem("what has to hold", (tx) =>
      tx.allowlistAssertion.createMany({
        data: rows.map((row) => ({
          ...{ id: newId("asrt"), ...site, must: "deny" as const, direction: "egress" as const },
          ...{
            protocol: "tcp" as const,
            portFrom: 25,
            portTo: 25,
            peerKind: "cidr" as const,
            peer: "0.0.0.0/0",
          },
          ...{ reason: "Mail leaves through the relay only", ...row },
        })),
      }),
    );
  const list = (params: Record<string, string>) =>
    listAssertions(reader, site.deploymentId, parseListQuery(params, ASSERTION_LIST));

  test("say whether they hold, and where not, which packet and which rule break them", async () => {
    const rule = await aRule(site, { portFrom: 20, portTo: 30 });
    await put([
      {},
      { must: "allow", portFrom: 443, portTo: 443, peer: WEB.peer },
      { portFrom: 7, portTo: 7 },
    ]);
    const { page } = await list({ sort: "must" });
    expect(page.rows).toMatchObject([
      { must: "allow", broken: { witness: { port: 443, peer: "203.0.113.0" }, rule: null } },
      { must: "deny", broken: { witness: { port: 25 }, rule: { id: rule } } },
      { must: "deny", broken: null },
    ]);
  });

  test("are counted, searched, filtered and cut into pages by the server, 10,000 of them", async () => {
    await put(
      Array.from({ length: many }, (_, index) => ({
        ...{ must: index % 2 === 0 ? "deny" : "allow", ownerName: `Owner ${index % 5}` },
        peer: `10.${index >> 8}.${index & 255}.0/24`,
      })),
    );
    for (const sort of ASSERTION_LIST.sorts) {
      const seen = new Set<string>();
      for (const page of ["1", "50", "100"])
        for (const { id } of (await list({ sort, size: "100", page })).page.rows) seen.add(id);
      expect(seen.size).toBe(300);
    }
    expect((await list({ must: "allow" })).page.total).toBe(many / 2);
    expect((await list({ q: "relay only" })).page.total).toBe(many);
    expect((await list({ q: "10.3.7.0" })).page.rows).toMatchObject([
      { text: "Egress tcp 25 to 10.3.7.0/24" },
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getBoundary, listRules } from "#lib/allowlist/queries.ts";
import { RULE_LIST } from "#lib/allowlist/schema.ts";
import { simulateRequest } from "#lib/change-requests/commands.ts";
import { getRequest } from "#lib/change-requests/queries.ts";
import { countUnwatched, listRulesToReview } from "#lib/fleet/queries.ts";
import { REVIEW_LIST } from "#lib/fleet/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { adding, aRequest, aRule, aSite, type Site, somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const owner = somebody("owner");
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

beforeAll(async () => {
  await testDatabase();
});
afterAll(closeDatabase);

interface Seen {
  rule?: string;
  peer?: string;
  address?: string;
  direction?: "egress" | "ingress";
  port?: number;
  outcome?: string;
}

/** So many crossings of a site, all of them on one day. */
async function crossed(site: Site, days: number, { rule, ...seen }: Seen = {}, times = 1): Promise<void> {
  await asSystem("a test's crossings", async (tx) => {
    for (let time = 0; time < times; time++) {
      const at = new Date(daysAgo(days).getTime() + time * 1_000);
      await tx.$executeRaw`SELECT boundary.prepare_day((${at}::timestamptz AT TIME ZONE 'UTC')::date)`;
      await tx.$executeRaw`
        INSERT INTO boundary.crossings (id, began_at, customer_id, deployment_id, gateway, direction, kind, outcome, rule_id,
          peer_name, peer_address, peer_port, bytes_in, bytes_out)
        VALUES (${newId("crs")}, ${at}, ${site.customerId}, ${site.deploymentId}, 'gw', ${seen.direction ?? "egress"},
          'connection', ${seen.outcome ?? (rule ? "allowed" : "refused")}, ${rule ?? null}, ${seen.peer ?? null},
          ${seen.address ?? null}::inet, ${seen.port ?? 443}, 100, 10)`;
    }
  });
}

function aged(ruleId: string, days: number): Promise<unknown> {
  const data = { createdAt: daysAgo(days), ownerName: "Network team" };
  return asSystem("a test's rule is old", (tx) => tx.allowlistRule.update({ where: { id: ruleId }, data }));
}

async function oldRule(site: Site, over: Parameters<typeof aRule>[1] = {}, days = 200): Promise<string> {
  const id = await aRule(site, over);
  await aged(id, days);
  return id;
}

async function heardOf({ customerId, deploymentId }: Site): Promise<void> {
  const own = { customerId, deploymentId };
  const id = newId("gw");
  const by = { createdById: owner.id, createdByName: owner.name };
  const told = {
    version: "1",
    storeId: "00000000-0000-4000-8000-000000000000",
    parts: ["egress"],
    report: {},
  };
  await asSystem("a test's gateway", async (tx) => {
    await tx.gateway.create({ data: { id, ...own, ...by, tokenHash: id, tokenChangedAt: NOW } });
    await tx.gatewayProcess.create({
      data: { gatewayId: id, name: "door-a", ...own, ...told, startedAt: daysAgo(1), heardAt: NOW },
    });
  });
}

describe("rules that nobody uses", () => {
  let site: Site;
  let rules: Record<
    "used" | "forgotten" | "never" | "young" | "udp" | "browser" | "silent" | "fresh",
    string
  >;

  beforeAll(async () => {
    site = await aSite();
    const silent = await aSite(site.customerId);
    const fresh = await aSite(site.customerId);
    rules = {
      used: await oldRule(site, { peer: "203.0.113.0/28" }),
      forgotten: await oldRule(site, { peer: "203.0.113.16/28" }),
      never: await oldRule(site, { peer: "203.0.113.32/28" }),
      young: await oldRule(site, { peer: "203.0.113.48/28" }, 30),
      udp: await oldRule(site, { protocol: "udp", portFrom: 123, portTo: 123 }),
      browser: await oldRule(site, { carriedBy: "user_browser" }),
      silent: await oldRule(silent),
      fresh: await oldRule(fresh),
    };
    await crossed(site, 150, { rule: rules.forgotten });
    await crossed(site, 3, { rule: rules.used }, 4);
    await crossed(site, 1, { rule: rules.used });
    // That it was tried and refused is no use of a rule.
    await crossed(site, 1, { rule: rules.never, outcome: "refused" });
    // Watched long ago, and silent since; and watched for some weeks only.
    await crossed(silent, 150);
    await crossed(silent, 20);
    await crossed(fresh, 40);
    await crossed(fresh, 1);
  });

  const board = async (params: Record<string, string>) =>
    (
      await listRulesToReview(
        owner,
        parseListQuery({ customer: site.customerId, ...params }, REVIEW_LIST),
        NOW,
      )
    ).rows.map(({ id, lastUsedAt }) => [id, lastUsedAt]);

  test("stand on the board once that is known for 90 days, and no others do", async () => {
    const forgotten = [rules.forgotten, daysAgo(150)];
    const unused = await board({ why: "unused" });
    expect(unused).toHaveLength(2);
    expect(unused).toEqual(expect.arrayContaining([forgotten, [rules.never, null]]));
    expect(await board({ why: "expired" })).toEqual([]);
    expect(await board({})).toHaveLength(2);
  });

  test("cannot be told where nobody has watched for so long, and that is counted", async () => {
    expect(await countUnwatched(somebody("auditor", [site.customerId]), NOW)).toBe(2);
    expect(await countUnwatched(somebody("auditor", ["cus_none"]), NOW)).toBe(0);
  });

  test("are said in the list of rules, each with what is known", async () => {
    const uses = async (deploymentId: string) => {
      const { rows } = await listRules(owner, deploymentId, parseListQuery({}, RULE_LIST), NOW);
      return Object.fromEntries(rows.map(({ id, use }) => [id, use]));
    };
    expect(await uses(site.deploymentId)).toEqual({
      [rules.used]: { is: "used", lastAt: daysAgo(1) },
      [rules.forgotten]: { is: "used", lastAt: daysAgo(150) },
      [rules.never]: { is: "unused", since: daysAgo(150) },
      [rules.young]: { is: "unused", since: daysAgo(30) },
      [rules.udp]: { is: "beside" },
      [rules.browser]: { is: "beside" },
    });
    const silent = await asSystem("whose", (tx) =>
      tx.allowlistRule.findUniqueOrThrow({ where: { id: rules.silent } }),
    );
    expect(await uses(silent.deploymentId)).toEqual({ [rules.silent]: { is: "silent" } });
    // A gateway with nothing to write down reports all the same, and its site is silent no more.
    await heardOf(silent);
    expect(await uses(silent.deploymentId)).toEqual({
      [rules.silent]: { is: "unused", since: daysAgo(150) },
    });
    expect(await board({ why: "unused" })).toContainEqual([rules.silent, null]);
    expect(await countUnwatched(owner, NOW)).toBe(1);
  });

  test("and what passed by those that are used stands at their door", async () => {
    const { doors } = await getBoundary(owner, site.deploymentId, NOW);
    const first = doors.flatMap((door) => door.first);
    const used = first.find(({ id }) => id === rules.used);
    expect(used?.traffic).toMatchObject({ count: 5, bytesIn: 500, bytesOut: 50 });
    expect(used?.traffic?.days.slice(-4)).toEqual([4, 0, 1, 0]);
    expect(first.find(({ id }) => id === rules.forgotten)?.traffic).toBeNull();
  });
});

describe("a change request, tried on what crossed", () => {
  test("says which crossings it would have refused, and which let pass, and how often", async () => {
    const site = await aSite();
    const web = await aRule(site);
    const inbound = await aRule(site, {
      direction: "ingress",
      peer: "198.51.100.0/24",
      portFrom: 8443,
      portTo: 8443,
    });
    await crossed(site, 5, { rule: web, peer: "api.partner.example", address: "203.0.113.7" }, 3);
    await crossed(site, 4, { rule: web, peer: "api.partner.example", address: "203.0.113.8" });
    await crossed(site, 2, { peer: "updates.example", address: "192.0.2.10" }, 5);
    await crossed(site, 2, { peer: "not a name", address: "192.0.2.200" });
    await crossed(site, 2, { rule: inbound, direction: "ingress", address: "198.51.100.9", port: 51_000 }, 2);
    // Too long ago, and another port.
    await crossed(site, 45, { rule: web, address: "203.0.113.9" });
    await crossed(site, 2, { address: "192.0.2.10", port: 80 });
    const changes = [
      { kind: "retire_rule" as const, ruleId: web },
      { kind: "retire_rule" as const, ruleId: inbound },
      adding({ peerKind: "fqdn", peer: "updates.example" }),
    ];
    const requestId = await aRequest(site, "draft", changes);
    await simulateRequest(owner, { requestId }, NOW);
    const { simulation } = await getRequest(owner, site.deploymentId, requestId);
    expect(simulation?.replay).toMatchObject({ days: 30, crossings: 13, more: false });
    expect(simulation?.replay?.refused).toMatchObject({ crossings: 6, kinds: 2 });
    expect(
      simulation?.replay?.refused.examples.map(({ packet, count }) => [
        packet.name ?? packet.peer,
        packet.port,
        count,
      ]),
    ).toEqual([
      ["api.partner.example", 443, 4],
      ["198.51.100.9", 8443, 2],
    ]);
    expect(simulation?.replay?.allowed).toMatchObject({
      ...{ crossings: 5, kinds: 1 },
      examples: [{ packet: { name: "updates.example", peer: "192.0.2.10", port: 443 }, count: 5 }],
    });
  });

  test("says that nothing is known where nothing was written down", async () => {
    const site = await aSite();
    const requestId = await aRequest(site, "draft");
    await simulateRequest(owner, { requestId }, NOW);
    const { simulation } = await getRequest(owner, site.deploymentId, requestId);
    const nothing = { crossings: 0, kinds: 0, examples: [] };
    expect(simulation?.replay).toEqual({
      days: 30,
      crossings: 0,
      more: false,
      refused: nothing,
      allowed: nothing,
    });
  });
});

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { type AllowlistState, applyChanges, type Change, type RuleFacts } from "#lib/allowlist/changes.ts";
import { packChanges } from "#lib/allowlist/packs/changes.ts";
import { newestVersion, PACKS } from "#lib/allowlist/packs/index.ts";
import type { PackRule, RulePack } from "#lib/allowlist/packs/pack.ts";
import { leftOut, type Ticked, wantedRules } from "#lib/allowlist/packs/wanted.ts";
import { trafficKey, trafficText } from "#lib/allowlist/policy.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";

const NOW = new Date("2026-11-28T08:00:00Z");
const ANSWERS = {
  authkitDomains: ["login.nordbank.example"],
  userNetworks: ["198.51.100.0/24"],
  collectorPort: ["6514"],
  dnsResolvers: ["192.0.2.53/32", "2001:db8::53/128"],
  timeServers: ["time.example.com"],
  ntsServers: ["nts.example.com"],
  updateServers: ["updates.example.com"],
  directoryServers: ["192.0.2.10/32", "dc1.nordbank.example"],
  directoryPorts: ["636", "3269"],
  mailRelays: ["192.0.2.25/32"],
  mailPorts: ["25"],
  identityProviders: ["idp.nordbank.example"],
  identityProviderPorts: ["8443"],
  provisioningSources: ["192.0.2.64/28"],
};
const EMPTY: AllowlistState = {
  rules: new Map(),
  sets: new Map(
    ["cloudflare", "workos-senders"].map((slug) => [
      slug,
      { slug, name: slug, versionId: "asetv_1", cidrs: [] },
    ]),
  ),
  capabilities: new Map(),
  assertions: new Map(),
};

let drawn = 0;
beforeEach(() => {
  drawn = 0;
});
const terms = (packs: readonly RulePack[] = PACKS) => ({
  now: NOW,
  newRuleId: () => `rule_${++drawn}`,
  packs,
});
const newest = (id: string): Ticked => {
  const pack = PACKS.find((each) => each.id === id);
  if (!pack) throw new Error(id);
  return { packVersion: newestVersion(pack).number, answers: ANSWERS };
};
const changes = (state: AllowlistState, id: string, wanted: Ticked | null, packs?: readonly RulePack[]) =>
  packChanges(state, id, wanted, terms(packs));
function made(state: AllowlistState, done: readonly Change[]): AllowlistState {
  const { state: after, problems } = applyChanges(state, done);
  expect(problems).toEqual([]);
  return after;
}
const tick = (state: AllowlistState, id: string, wanted = newest(id)) =>
  made(state, changes(state, id, wanted));
const untick = (state: AllowlistState, id: string) => made(state, changes(state, id, null));
const opens = (state: AllowlistState) =>
  [...state.rules.values()].map((rule) => trafficText(rule, BUILT_IN)).sort();
const kinds = (done: readonly Change[]) => done.map(({ kind }) => kind).sort();

describe("ticking a capability", () => {
  test("brings the capability and exactly its pack's rules, with the version and the names", () => {
    const done = changes(EMPTY, "sign-in-pages", newest("sign-in-pages"));
    expect(done).toMatchObject([
      { kind: "add_capability", capability: "sign-in-pages", packVersion: 2, answers: ANSWERS },
      {
        kind: "add_rule",
        rule: {
          ...{ pack: "sign-in-pages", packVersion: 2, peer: "cloudflare", carriedBy: "user_browser" },
          hosts: ["auth.workos.com", "cdn.workos.com", "login.nordbank.example"],
        },
      },
      { kind: "add_rule", rule: { direction: "ingress", peer: "198.51.100.0/24", hosts: [] } },
    ]);
  });

  test("asks for ports and peers together, and takes the usual port where none was said", () => {
    expect(opens(tick(EMPTY, "ldap"))).toEqual([
      "Egress tcp 3269 to 192.0.2.10/32",
      "Egress tcp 3269 to dc1.nordbank.example",
      "Egress tcp 636 to 192.0.2.10/32",
      "Egress tcp 636 to dc1.nordbank.example",
    ]);
    const usual = { packVersion: 1, answers: { directoryServers: ["192.0.2.10/32"] } };
    expect(opens(tick(EMPTY, "ldap", usual))).toEqual(["Egress tcp 636 to 192.0.2.10/32"]);
  });

  test("leaves out what hangs on a question without an answer, and tells it", () => {
    const silent = { packVersion: 2, answers: {} };
    expect(opens(tick(EMPTY, "sign-in-pages", silent))).toEqual([
      "Egress tcp 443 to Cloudflare, by users' browsers",
    ]);
    expect(leftOut("sign-in-pages", silent).map(({ direction }) => direction)).toEqual(["ingress"]);
    expect(leftOut("sign-in-pages", newest("sign-in-pages"))).toEqual([]);
  });

  test("a second time changes nothing", () => {
    const once = tick(EMPTY, "dns");
    expect(changes(once, "dns", newest("dns"))).toEqual([]);
  });

  test("two that need the same door share it, under the first, with the names of both", () => {
    const portal = tick(EMPTY, "admin-portal");
    const both = tick(portal, "sign-in-pages");
    expect(both.rules.size).toBe(2);
    expect(both.rules.get("rule_1")).toMatchObject({
      ...{ pack: "sign-in-pages", packVersion: 2, purpose: expect.stringContaining("sign-in pages") },
      hosts: ["auth.workos.com", "cdn.workos.com", "login.nordbank.example", "setup.workos.com"],
    });
    const shared = [...wantedRules(both.capabilities).values()][0];
    expect(shared?.neededBy.map(({ pack }) => pack)).toEqual(["sign-in-pages", "admin-portal"]);
  });

  test("a rule of somebody's own that opens the same stands for the pack's, while it is open", () => {
    const own = { ...factsOf(tick(EMPTY, "updates")), pack: null, packVersion: null };
    const withOwn = { ...EMPTY, rules: new Map([["rule_own", own]]) };
    expect(kinds(changes(withOwn, "updates", newest("updates")))).toEqual(["add_capability"]);
    const ended = { ...own, expiresAt: "2026-11-28T07:59:59.000Z" };
    const withEnded = { ...EMPTY, rules: new Map([["rule_own", ended]]) };
    expect(kinds(changes(withEnded, "updates", newest("updates")))).toEqual(["add_capability", "add_rule"]);
  });
});

describe("unticking a capability", () => {
  test("retires exactly its rules, and no others", () => {
    const own: RuleFacts = {
      ...factsOf(tick(EMPTY, "updates")),
      pack: null,
      packVersion: null,
      peer: "192.0.2.1/32",
      peerKind: "cidr",
    };
    const before = tick(tick({ ...EMPTY, rules: new Map([["rule_own", own]]) }, "sign-in"), "ldap");
    const after = untick(before, "ldap");
    expect([...after.rules.values()].map(({ pack }) => pack)).toEqual([null, "sign-in"]);
    expect([...after.capabilities.keys()]).toEqual(["sign-in"]);
  });

  test("leaves a door that another needs, under that one's name and purpose and with its names only", () => {
    const before = tick(tick(EMPTY, "sign-in-pages"), "admin-portal");
    const done = changes(before, "sign-in-pages", null);
    expect(kinds(done)).toEqual(["change_rule", "remove_capability", "retire_rule"]);
    expect(done.find(({ kind }) => kind === "change_rule")).toMatchObject({
      ruleId: "rule_1",
      rule: {
        ...{ pack: "admin-portal", packVersion: 1, purpose: expect.stringContaining("Admin Portal") },
        hosts: ["setup.workos.com", "cdn.workos.com"],
      },
    });
  });

  test("takes a rule of its own that was changed by hand along, and gives another its door back", () => {
    const before = tick(tick(EMPTY, "sign-in"), "events-polling");
    const changed = { ...(before.rules.get("rule_1") as RuleFacts), portFrom: 8443, portTo: 8443 };
    const state = { ...before, rules: new Map([["rule_1", changed]]) };
    const done = changes(state, "sign-in", null);
    expect(kinds(done)).toEqual(["add_rule", "remove_capability", "retire_rule"]);
    expect(opens(made(state, done))).toEqual(["Egress tcp 443 to Cloudflare"]);
  });

  test("of what is not ticked changes nothing", () => {
    expect(changes(tick(EMPTY, "sign-in"), "dns", null)).toEqual([]);
  });
});

describe("other answers and other versions", () => {
  test("another resolver: the old one's doors close, the new one's open, what stays is not touched", () => {
    const before = tick(EMPTY, "dns", {
      packVersion: 1,
      answers: { dnsResolvers: ["192.0.2.53/32", "192.0.2.54/32"] },
    });
    const done = changes(before, "dns", {
      packVersion: 1,
      answers: { dnsResolvers: ["192.0.2.54/32", "192.0.2.55/32"] },
    });
    expect(kinds(done)).toEqual([
      ...["add_rule", "add_rule", "change_capability", "retire_rule", "retire_rule"],
    ]);
  });

  test("a later version: rules that it keeps are filed under it, and what it adds is added", () => {
    const before = tick(EMPTY, "time", { packVersion: 1, answers: { timeServers: ["time.example.com"] } });
    const done = changes(before, "time", newest("time"));
    expect(kinds(done)).toEqual(["add_rule", "add_rule", "change_capability", "change_rule"]);
    expect(done.find(({ kind }) => kind === "change_rule")).toMatchObject({ rule: { packVersion: 2 } });
  });

  test("a later version that gives up a door closes it", () => {
    const rule = (PACKS[0] as RulePack).versions[0].rules[0] as PackRule;
    const trial = trialPack([[rule, { ...rule, port: 8443 }], [rule]]);
    const before = made(EMPTY, changes(EMPTY, "trial", { packVersion: 1, answers: {} }, [trial]));
    const done = changes(before, "trial", { packVersion: 2, answers: {} }, [trial]);
    expect(kinds(done)).toEqual(["change_capability", "change_rule", "retire_rule"]);
  });

  test("a door of the pack that was closed at once stays closed", () => {
    const before = tick(EMPTY, "sign-in");
    const closed = { ...(before.rules.get("rule_1") as RuleFacts), expiresAt: "2026-11-28T07:00:00.000Z" };
    const state = { ...before, rules: new Map([["rule_1", closed]]) };
    const done = changes(state, "events-polling", newest("events-polling"));
    expect(kinds(done)).toEqual(["add_capability"]);
  });
});

test("in whatever order capabilities come and go, their rules are those that the ticked ones need, and none stays", () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...PACKS.map(({ id }) => id)), fc.boolean()), {
    maxLength: 24,
  });
  fc.assert(
    fc.property(steps, (walk) => {
      let state = walk.reduce((at, [id, on]) => (on ? tick(at, id) : untick(at, id)), EMPTY);
      const wanted = wantedRules(state.capabilities);
      expect([...state.rules.values()].map(trafficKey).sort()).toEqual([...wanted.keys()].sort());
      for (const rule of state.rules.values()) {
        const { pack, packVersion, hosts } = wanted.get(trafficKey(rule)) ?? {};
        expect(rule).toMatchObject({ pack, packVersion, hosts: expect.arrayContaining([...(hosts ?? [])]) });
        expect(rule.hosts.length).toBe(hosts?.length);
      }
      for (const id of [...state.capabilities.keys()]) state = untick(state, id);
      expect(state.rules.size).toBe(0);
    }),
  );
});

function factsOf(state: AllowlistState): RuleFacts {
  return [...state.rules.values()][0] as RuleFacts;
}

function trialPack([first, second]: [PackRule[], PackRule[]]): RulePack {
  const version = { releasedOn: "2026-11-28", change: "A trial of a version." };
  return {
    ...{ id: "trial", name: "Trial", group: "site", summary: "A trial." },
    modes: { connected: "usual", restricted: "usual", air_gapped: "offered" },
    versions: [
      { ...version, number: 1, rules: first },
      { ...version, number: 2, rules: second },
    ],
  };
}

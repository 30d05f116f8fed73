import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AllowlistState,
  type AssertionFacts,
  applyChanges,
  Change,
  Changes,
  changesBetween,
  type RuleFacts,
} from "#lib/allowlist/changes.ts";
import { obstaclesOf, simulate } from "#lib/allowlist/simulation.ts";
import { rulesInForce } from "#lib/allowlist/timed-difference.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { newId } from "#lib/shared/ids.ts";
import { passes } from "#tests/shared/allowlist/arbitrary.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const DAYS = [1, 2, 3].map((day) => new Date(NOW.getTime() + day * 86_400_000).toISOString());
const [ONE_DAY, TWO_DAYS] = DAYS as [string, string];

const WEB: RuleFacts = {
  direction: "egress",
  protocol: "tcp",
  portFrom: 443,
  portTo: 443,
  peerKind: "cidr",
  peer: "203.0.113.0/24",
  carriedBy: "application",
  hosts: [],
  purpose: "Reach the partner's API",
  ownerName: "",
  ticket: "",
  pack: null,
  packVersion: null,
  expiresAt: null,
};
const MUST: AssertionFacts = {
  ...pick(WEB),
  must: "deny",
  reason: "No partner reaches the vault",
  ownerName: "",
};

function pick({ direction, protocol, portFrom, portTo, peerKind, peer, carriedBy }: RuleFacts) {
  return { direction, protocol, portFrom, portTo, peerKind, peer, carriedBy };
}

function state(over: Partial<Record<keyof AllowlistState, Record<string, unknown>>> = {}): AllowlistState {
  const map = (part: keyof AllowlistState) => new Map(Object.entries(over[part] ?? {}));
  return {
    rules: map("rules"),
    sets: map("sets"),
    capabilities: map("capabilities"),
    assertions: map("assertions"),
  } as AllowlistState;
}

const run = (before: AllowlistState, ...changes: Change[]) =>
  simulate(before, changes, { now: NOW, mode: "connected" });
const add = (over: Partial<RuleFacts> = {}, ruleId = "rule_new"): Change => {
  return { kind: "add_rule", ruleId, rule: { ...WEB, ...over } };
};
const change = (over: Partial<RuleFacts>): Change => {
  return { kind: "change_rule", ruleId: "rule_a", rule: { ...WEB, ...over } };
};
const one = state({ rules: { rule_a: WEB } });

describe("what a change does to packets", () => {
  test("a new rule widens, and shows a packet that passes now", () => {
    const { effect, opened, closed } = run(state(), add());
    expect(effect).toBe("widening");
    expect(closed.total).toBe(0);
    expect(opened.regions).toEqual([
      {
        ...{ direction: "egress", protocol: "tcp", carriedBy: "application" },
        peers: ["203.0.113.0/24"],
        morePeers: 0,
        ports: { from: 443, to: 443 },
        witness: expect.objectContaining({ peer: "203.0.113.0", port: 443 }),
        from: null,
        until: null,
      },
    ]);
  });

  test("what another rule lets pass all the same is neither opened nor closed", () => {
    const wide = state({ rules: { rule_a: WEB, rule_wide: { ...WEB, peer: "203.0.0.0/16" } } });
    expect(run(wide, { kind: "retire_rule", ruleId: "rule_a" }).effect).toBe("neither");
    expect(run(wide, add({ peer: "203.0.113.128/25" })).effect).toBe("neither");
    expect(run(wide, { kind: "retire_rule", ruleId: "rule_wide" }).effect).toBe("narrowing");
  });

  test("words alone change nothing for packets", () => {
    expect(run(one, change({ purpose: "Reach the partner's new API" })).effect).toBe("neither");
  });

  test("a move closes and opens, which counts as widening", () => {
    const { effect, opened, closed } = run(one, change({ peer: "198.51.100.0/24" }));
    expect([effect, opened.total, closed.total]).toEqual(["widening", 1, 1]);
  });

  test("a rule that is only prolonged opens something, when it would have ended", () => {
    const ending = state({ rules: { rule_a: { ...WEB, expiresAt: ONE_DAY } } });
    const { effect, opened } = run(ending, change({ expiresAt: TWO_DAYS }));
    expect(effect).toBe("widening");
    expect(opened.regions).toMatchObject([{ from: ONE_DAY, until: TWO_DAYS }]);
    expect(run(ending, change({ expiresAt: null })).opened.regions).toMatchObject([
      { from: ONE_DAY, until: null },
    ]);
  });

  test("an earlier end closes from then on, and the same traffic is said once over the ends of others", () => {
    const rules = {
      rule_a: WEB,
      rule_b: { ...WEB, peer: "203.0.112.0/22", portFrom: 80, expiresAt: ONE_DAY },
    };
    const { effect, closed } = run(state({ rules }), change({ expiresAt: NOW.toISOString() }));
    expect(effect).toBe("narrowing");
    expect(closed.regions).toMatchObject([{ peers: ["203.0.113.0/24"], from: ONE_DAY, until: null }]);
  });

  test("another version of a set moves every rule that names it, and no other", () => {
    const named = { ...WEB, peerKind: "address_set", peer: "partners" } as const;
    const sets = {
      partners: { slug: "partners", name: "Partners", versionId: "asetv_1", cidrs: ["192.0.2.0/25"] },
    };
    const versions = new Map([
      ["asetv_2", { slug: "partners", name: "Partners", versionId: "asetv_2", cidrs: ["192.0.2.0/24"] }],
      ["asetv_9", { slug: "others", name: "Others", versionId: "asetv_9", cidrs: ["192.0.2.0/24"] }],
    ]);
    const before = state({ rules: { rule_a: named, rule_b: WEB }, sets });
    const use = (versionId: string): Change => ({ kind: "use_set_version", slug: "partners", versionId });
    const tools = { now: NOW, mode: "connected", versions } as const;
    const { effect, opened, problems } = simulate(before, [use("asetv_2")], tools);
    expect([effect, problems]).toEqual(["widening", []]);
    expect(opened.regions).toMatchObject([{ peers: ["192.0.2.128/25"] }]);
    for (const versionId of ["asetv_1", "asetv_9", "asetv_3"])
      expect(simulate(before, [use(versionId)], tools).problems, versionId).toHaveLength(1);
  });
});

describe("assertions", () => {
  const denied = state({ rules: {}, assertions: { asrt_a: MUST } });
  const allowed = state({ rules: { rule_a: WEB }, assertions: { asrt_a: { ...MUST, must: "allow" } } });

  test("a change that opens what must stay closed cannot be proposed", () => {
    const simulation = run(denied, add({ peer: "203.0.113.7/32" }));
    expect(simulation.broken).toMatchObject([
      { assertionId: "asrt_a", must: "deny", witness: { peer: "203.0.113.7" }, from: null },
    ]);
    expect(obstaclesOf(simulation)).toEqual(["Opens what must stay closed: No partner reaches the vault"]);
  });

  test("nor one that closes what must stay open, even if only later", () => {
    expect(run(allowed, { kind: "retire_rule", ruleId: "rule_a" }).broken).toHaveLength(1);
    expect(run(allowed, change({ expiresAt: ONE_DAY })).broken).toMatchObject([{ from: ONE_DAY }]);
    expect(run(allowed, change({ ticket: "NET-1" })).broken).toEqual([]);
  });

  test("one that is broken already stops nothing that does not break it further", () => {
    const broken = state({ rules: { rule_a: WEB }, assertions: { asrt_a: MUST } });
    expect(run(broken, change({ peer: "203.0.113.0/25" })).broken).toEqual([]);
    expect(run(broken, add({ peer: "198.51.100.0/24" })).broken).toEqual([]);
    expect(run(broken, add({ peer: "203.0.113.0/24", portFrom: 443, portTo: 444 })).broken).toEqual([]);
  });

  test("a new one has to hold after the change", () => {
    const assert = (must: "allow" | "deny"): Change => {
      return { kind: "add_assertion", assertionId: "asrt_n", assertion: { ...MUST, must } };
    };
    expect(run(one, assert("deny")).broken).toHaveLength(1);
    expect(run(one, assert("allow")).broken).toEqual([]);
    expect(run(one, { kind: "retire_rule", ruleId: "rule_a" }, assert("deny")).broken).toEqual([]);
  });

  test("giving one up is widening: what it kept out can come in next", () => {
    const simulation = run(denied, { kind: "retire_assertion", assertionId: "asrt_a" }, add());
    expect([simulation.effect, simulation.broken]).toEqual(["widening", []]);
    expect(run(denied, { kind: "retire_assertion", assertionId: "asrt_a" }).effect).toBe("widening");
  });
});

describe("what cannot be done as it stands", () => {
  test.each<[string, AllowlistState, Change]>([
    ["a rule that is gone", state(), change({})],
    ["a rule that is gone, to retire", state(), { kind: "retire_rule", ruleId: "rule_a" }],
    ["a rule that is there", one, add({}, "rule_a")],
    ["a set that nobody knows", one, add({ peerKind: "address_set", peer: "nowhere" })],
    ["an end that is past", one, add({ peer: "192.0.2.1/32", expiresAt: NOW.toISOString() })],
    ["an assertion that is gone", one, { kind: "retire_assertion", assertionId: "asrt_x" }],
    ["a capability that is off", one, { kind: "remove_capability", capability: "sign-in" }],
  ])("%s", (_what, before, wanted) => {
    const simulation = run(before, wanted);
    expect(simulation.problems).toMatchObject([{ index: 0 }]);
    expect(obstaclesOf(simulation).length).toBeGreaterThan(0);
  });

  test("what is open already, unless a pack brings its own rule for it", () => {
    expect(run(one, add()).findings).toMatchObject([{ index: 0, refused: true }]);
    expect(obstaclesOf(run(one, add({ pack: "sign-in" })))).toEqual([]);
  });

  test.each([
    { peer: "203.0.113.5/24" },
    { portFrom: 444, portTo: 443 },
    { protocol: "icmp" },
    { portFrom: null },
    { direction: "ingress", peerKind: "fqdn", peer: "a.example" },
    { peerKind: "fqdn", peer: "A.example" },
    { surprise: true },
  ])("what is no rule is not read: %o", (over) => {
    expect(Change.safeParse({ ...add(), rule: { ...WEB, ...over } }).success).toBe(false);
  });
});

const port = fc.constantFrom(80, 443, 444);
const anyRule: fc.Arbitrary<RuleFacts> = fc
  .record({
    direction: fc.constantFrom("egress" as const, "ingress" as const),
    ports: fc.tuple(port, port),
    peer: fc.constantFrom("192.0.2.0/24", "192.0.2.0/25", "192.0.2.128/25", "192.0.2.7/32", "2001:db8::/32"),
    expiresAt: fc.constantFrom(null, ...DAYS),
  })
  .map(({ ports, ...rule }) => {
    return { ...WEB, ...rule, portFrom: Math.min(...ports), portTo: Math.max(...ports) };
  });
const names = fc.constantFrom("rule_0", "rule_1", "rule_2", "rule_3", "rule_4", "rule_5");
const anyState = fc
  .dictionary(names, anyRule, { maxKeys: 6, noNullPrototype: true })
  .map((rules) => state({ rules }));
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("add_rule" as const), ruleId: names, rule: anyRule }),
  fc.record({ kind: fc.constant("change_rule" as const), ruleId: names, rule: anyRule }),
  fc.record({ kind: fc.constant("retire_rule" as const), ruleId: names }),
);

const PACKETS: Packet[] = (["egress", "ingress"] as const).flatMap((direction) =>
  [80, 100, 443, 444].flatMap((at) =>
    ["192.0.2.1", "192.0.2.7", "192.0.2.200", "2001:db8::1", "198.51.100.1"].map((peer) => {
      return {
        direction,
        protocol: "tcp" as const,
        carriedBy: "application" as const,
        port: at,
        peer,
        name: null,
      };
    }),
  ),
);

test("at every hour, what is said to open or close is what passes after and not before, or the other way round", () => {
  fc.assert(
    fc.property(anyState, fc.array(anyChange, { maxLength: 5 }), (before, changes) => {
      const { opened, closed, effect } = run(before, ...changes);
      const after = applyChanges(before, changes).state;
      const hours = [NOW, ...DAYS.map((day) => new Date(day))];
      let widens = false;
      for (const hour of hours) {
        const [old, now] = [rulesInForce(before, hour), rulesInForce(after, hour)];
        const isThen = ({ from, until }: { from: string | null; until: string | null }) =>
          (from === null || new Date(from) <= hour) && (until === null || hour < new Date(until));
        for (const { witness } of opened.regions.filter(isThen))
          expect([passes(old, witness), passes(now, witness)]).toEqual([false, true]);
        for (const { witness } of closed.regions.filter(isThen))
          expect([passes(old, witness), passes(now, witness)]).toEqual([true, false]);
        for (const packet of PACKETS) {
          const [was, is] = [passes(old, packet), passes(now, packet)];
          widens ||= is && !was;
          if (is && !was) expect(opened.regions.some(isThen)).toBe(true);
          if (was && !is) expect(closed.regions.some(isThen)).toBe(true);
        }
      }
      expect(effect === "widening").toBe(widens);
    }),
    { numRuns: 300 },
  );
});

const again = (kind: string) => newId(kind);
const facts = (of: ReadonlyMap<string, object>) =>
  [...of.values()].map((each) => JSON.stringify(each)).sort();

test("the way back of any changes leads to the same rules", () => {
  fc.assert(
    fc.property(anyState, fc.array(anyChange, { maxLength: 6 }), (before, changes) => {
      const after = applyChanges(before, changes).state;
      const back = applyChanges(after, changesBetween(after, before, again));
      expect(back.problems).toEqual([]);
      expect(facts(back.state.rules)).toEqual(facts(before.rules));
      for (const id of after.rules.keys())
        if (!before.rules.has(id)) expect(back.state.rules.has(id)).toBe(false);
      expect(changesBetween(before, before, again)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("capabilities and assertions lead back as well, and what is kept as JSON reads the same", () => {
  const before = state({
    capabilities: { time: { packVersion: 1, answers: { servers: ["192.0.2.1/32"] } } },
    assertions: { asrt_a: MUST },
  });
  const changes: Change[] = [
    { kind: "add_capability", capability: "sign-in", packVersion: 2, answers: {} },
    { kind: "change_capability", capability: "time", packVersion: 2, answers: { servers: [] } },
    { kind: "remove_capability", capability: "time" },
    { kind: "retire_assertion", assertionId: "asrt_a" },
    { kind: "add_assertion", assertionId: "asrt_b", assertion: MUST },
    add(),
  ];
  expect(Changes.parse(JSON.parse(JSON.stringify(changes)))).toEqual(changes);
  const { state: after, problems } = applyChanges(before, changes);
  expect(problems).toEqual([]);
  const back = applyChanges(after, changesBetween(after, before, again)).state;
  expect(back.capabilities).toEqual(before.capabilities);
  expect(facts(back.assertions)).toEqual([JSON.stringify(MUST)]);
  expect(back.rules.size).toBe(0);
});

test("five hundred changes of ten thousand rules that end one after the other are told apart, each with what it opens", () => {
  const network = (i: number) => `10.${i >> 8}.${i & 255}.0/24`;
  const ends = (i: number) => new Date(NOW.getTime() + (i + 1) * 60_000).toISOString();
  const rules = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, i) => [`rule_${i}`, { ...WEB, peer: network(i), expiresAt: ends(i) }]),
  );
  const changes = Array.from({ length: 500 }, (_, i): Change => {
    return { kind: "change_rule", ruleId: `rule_${i * 20}`, rule: { ...WEB, peer: network(i * 20) } };
  });
  const { opened, closed } = run(state({ rules }), ...changes);
  expect([opened.total, closed.total]).toEqual([500, 0]);
  expect(opened.regions[7]).toMatchObject({ peers: [network(140)], from: ends(140), until: null });
});

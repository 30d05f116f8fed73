import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askedPacket } from "#lib/allowlist/analysis/packet.ts";
import { packetQuery } from "#lib/allowlist/analysis/shape.ts";
import { type JudgedRule, type Miss, verdictOf } from "#lib/allowlist/analysis/verdict.ts";
import type { Packet, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { anyPacket, anyRules, passesBy } from "#tests/shared/allowlist/arbitrary.ts";

const anyJudged = fc
  .tuple(anyRules, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }))
  .map(([rules, expired]): JudgedRule[] =>
    rules.map((traffic, index) => ({ traffic, expired: expired[index] === true })),
  );

/** The packet, bent so that it is right about what the rule missed. */
function mended(packet: Packet, { traffic }: JudgedRule, miss: Miss): Packet {
  const { carriedBy, direction, protocol, ports } = traffic;
  if (miss === "carrier") return { ...packet, carriedBy };
  if (miss === "direction") return { ...packet, direction };
  if (miss === "protocol")
    return { ...packet, protocol, port: ports === null ? null : (packet.port ?? ports.from) };
  return miss === "port" ? { ...packet, port: ports?.from ?? null } : packet;
}

describe("a verdict", () => {
  test("names every rule that lets the packet pass, and none that does not", () => {
    fc.assert(
      fc.property(anyJudged, anyPacket, (rules, packet) => {
        const passing = rules.flatMap(({ traffic, expired }) =>
          !expired && passesBy(traffic, packet) ? [traffic.id] : [],
        );
        const { allowed, ruleId, alsoBy } = verdictOf(rules, packet);
        expect(allowed).toBe(passing.length > 0);
        expect([...(ruleId === null ? [] : [ruleId]), ...alsoBy].sort()).toEqual(passing.sort());
      }),
      { numRuns: 500 },
    );
  });

  test("calls near only what would let the packet pass but for the one thing it names", () => {
    fc.assert(
      fc.property(anyJudged, anyPacket, (rules, packet) => {
        for (const { ruleId, miss } of verdictOf(rules, packet).nearMisses) {
          const rule = rules.find(({ traffic }) => traffic.id === ruleId) as JudgedRule;
          expect(rule.expired).toBe(miss === "expired");
          if (miss === "peer")
            expect(passesBy({ ...rule.traffic, peer: holding(packet) }, packet)).toBe(true);
          else expect(passesBy(rule.traffic, mended(packet, rule, miss))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  const WEB = { direction: "egress", protocol: "tcp", carriedBy: "application" } as const;
  const rule = (id: string, network: string, port: number): JudgedRule => {
    const asked = askedPacket({ peer: network, port: `${port}` }).packet;
    const first = BigInt(
      `0x${(asked?.peer ?? "")
        .split(".")
        .map((part) => Number(part).toString(16).padStart(2, "0"))
        .join("")}`,
    );
    const peer = { ranges: [{ family: 4 as const, first, last: first + 255n }] };
    return { traffic: { ...WEB, id, ports: { from: port, to: port }, peer }, expired: false };
  };

  test("puts the closest miss first: another port before another peer, and the nearer of two peers", () => {
    const packet: Packet = { ...WEB, port: 443, peer: "203.0.113.7", name: null };
    const rules = [
      rule("far", "10.0.0.0", 443),
      rule("near", "203.0.112.0", 443),
      rule("port", "203.0.113.0", 8443),
    ];
    expect(verdictOf(rules, packet).nearMisses).toEqual([
      { ruleId: "port", miss: "port" },
      { ruleId: "near", miss: "peer" },
      { ruleId: "far", miss: "peer" },
    ]);
  });
});

/** A peer that holds what the packet is about. */
function holding({ name }: Packet): TrafficRule["peer"] {
  if (name !== null) return { name };
  const whole = (family: 4 | 6, bits: bigint) => ({ family, first: 0n, last: (1n << bits) - 1n });
  return { ranges: [whole(4, 32n), whole(6, 128n)] };
}

describe("a packet that a URL asks about", () => {
  test("comes back from its URL as it was", () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const one = { ...packet, ...(packet.name === null ? {} : { peer: null }) };
        if (one.direction === "ingress" && one.name !== null) return;
        if (one.name !== null && !one.name.includes(".")) return;
        expect(askedPacket(Object.fromEntries(new URLSearchParams(packetQuery(one)))).packet).toEqual(one);
      }),
    );
  });

  test.each([
    [{ peer: "10.0.0.0/8" }, { peer: /one address/ }],
    [{ peer: "010.0.0.1" }, { peer: /./ }],
    [{ peer: "*.example.com" }, { peer: /one name/ }],
    [{ peer: "app.example.com", direction: "ingress" }, { peer: /address, not its name/ }],
    [{ peer: "10.0.0.1", port: "80-90" }, { port: /one port/ }],
    [{ peer: "10.0.0.1", port: "0" }, { port: /./ }],
  ])("is refused with a sentence at its field: %j", (params, problems) => {
    const asked = askedPacket(params);
    expect(asked.packet).toBeNull();
    for (const [field, sentence] of Object.entries(problems))
      expect(asked.problems[field as "peer" | "port"]).toMatch(sentence);
  });

  test("is none until somebody asks", () => {
    expect(askedPacket({})).toMatchObject({ packet: null, problems: {}, written: { port: "443" } });
    expect(askedPacket({ direction: "sideways", peer: "10.0.0.1" }).packet).toMatchObject({
      direction: "egress",
    });
  });
});

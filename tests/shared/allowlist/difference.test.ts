import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCidr } from "#lib/shared/addresses.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import {
  differenceOf,
  isEquivalent,
  regionPeers,
  type TrafficRegion,
} from "#lib/shared/allowlist/difference.ts";
import { pointOfName } from "#lib/shared/allowlist/lines.ts";
import { worthOf } from "#lib/shared/allowlist/redundancy.ts";
import type { Packet, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { anyPacket, anyRules, passes } from "./arbitrary.ts";

const web = { direction: "egress", protocol: "tcp", carriedBy: "application" } as const;
const to = (id: string, peer: string, from = 443, end = from): TrafficRule => {
  const reading = readCidr(peer);
  return {
    ...web,
    id,
    ports: { from, to: end },
    peer: reading.ok ? { ranges: [reading.value] } : { name: peer },
  };
};

describe("the difference of two allowlists", () => {
  test("each witness passes on one side only, and every packet that does so lies in a region", () => {
    fc.assert(
      fc.property(
        anyRules,
        anyRules,
        fc.array(anyPacket, { minLength: 20, maxLength: 20 }),
        (before, after, packets) => {
          const { opened, closed } = differenceOf(before, after);
          for (const { witness } of opened)
            expect([passes(before, witness), passes(after, witness)]).toEqual([false, true]);
          for (const { witness } of closed)
            expect([passes(before, witness), passes(after, witness)]).toEqual([true, false]);
          for (const both of packets) {
            for (const packet of [
              { ...both, name: null },
              { ...both, peer: null },
            ]) {
              const [old, now] = [passes(before, packet), passes(after, packet)];
              expect(opened.filter((region) => holds(region, packet))).toHaveLength(now && !old ? 1 : 0);
              expect(closed.filter((region) => holds(region, packet))).toHaveLength(old && !now ? 1 : 0);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test("is empty where the same packets pass, however the rules are cut", () => {
    const whole = [to("all", "10.0.0.0/24", 80, 90)];
    const cut = [
      to("a", "10.0.0.0/25", 80, 90),
      to("b", "10.0.0.128/25", 80, 85),
      to("c", "10.0.0.128/25", 86, 90),
    ];
    expect(isEquivalent(whole, cut)).toBe(true);
    expect(isEquivalent(whole, cut.slice(1))).toBe(false);
    expect(isEquivalent([to("x", "a.example.com")], [to("y", "*.example.com")])).toBe(false);
  });

  test("is written as networks and names", () => {
    const { opened, closed } = differenceOf(
      [to("old", "10.0.0.0/30"), to("name", "api.example.com")],
      [to("new", "10.0.0.0/29", 443, 444), to("star", "*.example.com")],
    );
    expect(closed).toEqual([]);
    expect(opened.map((region) => [regionPeers(region), region.ports])).toEqual([
      [["10.0.0.0/30"], { from: 444, to: 444 }],
      [["10.0.0.4/30"], { from: 443, to: 444 }],
      [["part of *.example.com"], { from: 443, to: 443 }],
      [["part of *.example.com"], { from: 443, to: 443 }],
    ]);
    expect(opened.filter(({ witness }) => witness.name === "api.example.com")).toEqual([]);
  });
});

describe("what a rule is worth", () => {
  test("without a needed rule its witness no longer passes; without any other one everything still does", () => {
    fc.assert(
      fc.property(anyRules, (rules) => {
        for (const [index, worth] of worthOf(rules).entries()) {
          const without = rules.toSpliced(index, 1);
          if (worth.state === "needed") {
            expect(passes(rules, worth.witness)).toBe(true);
            expect(passes(without, worth.witness)).toBe(false);
          } else {
            expect(isEquivalent(rules, without)).toBe(true);
          }
          if (worth.state !== "shadowed") continue;
          const by = rules.filter(({ id }) => id === worth.by);
          expect(isEquivalent(by, [...by, rules[index] as TrafficRule])).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("tells apart what one rule covers and what several cover together; the first of two twins counts", () => {
    const rules = [
      to("a", "10.0.0.0/25"),
      to("b", "10.0.0.128/25"),
      to("both", "10.0.0.0/24"),
      to("one", "10.0.0.1/32"),
      to("twin", "10.0.0.0/24"),
    ];
    expect(worthOf(rules)).toEqual([
      { state: "shadowed", by: "both" },
      { state: "shadowed", by: "both" },
      { state: "redundant" },
      { state: "shadowed", by: "a" },
      { state: "shadowed", by: "both" },
    ]);
    const parts = [to("a", "10.0.0.0/25"), to("b", "10.0.0.128/25"), to("both", "10.0.0.0/24")];
    expect(worthOf(parts)[2]).toEqual({ state: "redundant" });
  });
});

test("10,000 rules are compared with 10,000, and each is weighed: the figures add up", () => {
  const rule = (index: number, shift: number) =>
    to(`r${index}`, `10.${(index >> 8) & 255}.${index & 255}.${shift}/32`, 1 + (index % 60_000));
  const before = Array.from({ length: 10_000 }, (_, index) => rule(index, 0));
  const after = before.map((each, index) => (index % 100 === 0 ? rule(index, 1) : each));
  const { opened, closed } = differenceOf(before, after);
  expect([opened.length, closed.length]).toEqual([100, 100]);
  expect(worthOf(before).every(({ state }) => state === "needed")).toBe(true);
  const { decide } = compileAllowlist(after);
  for (const { witness } of opened) expect(decide(witness).allowed).toBe(true);
});

function holds({ direction, protocol, carriedBy, run, ports }: TrafficRegion, packet: Packet): boolean {
  if (direction !== packet.direction || protocol !== packet.protocol || carriedBy !== packet.carriedBy)
    return false;
  if (ports && (packet.port === null || packet.port < ports.from || ports.to < packet.port)) return false;
  if (run.line === "name") {
    const point = packet.name === null ? null : pointOfName(packet.name);
    return point !== null && run.from <= point && point < run.to;
  }
  const reading = packet.peer === null ? null : readCidr(packet.peer);
  if (!reading?.ok || (reading.value.family === 4) !== (run.line === "ipv4")) return false;
  const { first } = reading.value;
  return (run.from as bigint) <= first && first < (run.to as bigint);
}

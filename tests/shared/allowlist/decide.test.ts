import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cidrOf, readCidr } from "#lib/shared/addresses.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import type { Packet, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { anyPacket, anyRules, passes, passesBy } from "./arbitrary.ts";

const web = { direction: "egress", protocol: "tcp", carriedBy: "application" } as const;
const to = (id: string, peer: string, ports = { from: 443, to: 443 }): TrafficRule => {
  const reading = readCidr(peer);
  return { ...web, id, ports, peer: reading.ok ? { ranges: [reading.value] } : { name: peer } };
};
const packet = (peer: string | null, port = 443, name: string | null = null): Packet => ({
  ...web,
  port,
  peer,
  name,
});

describe("deciding about a packet", () => {
  test("lets pass exactly what some rule holds, and names one that holds it", () => {
    fc.assert(
      fc.property(anyRules, fc.array(anyPacket, { minLength: 20, maxLength: 20 }), (rules, packets) => {
        const decider = compileAllowlist(rules);
        for (const each of packets) {
          const { allowed, ruleId } = decider.decide(each);
          expect(allowed).toBe(passes(rules, each));
          const decided = rules.find(({ id }) => id === ruleId);
          expect(decided ? passesBy(decided, each) : ruleId === null && !allowed).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("the narrowest rule is the one that decided", () => {
    const rules = [
      to("wide", "0.0.0.0/0", { from: 1, to: 65_535 }),
      to("net", "203.0.113.0/24"),
      to("host", "203.0.113.7/32"),
      to("any name", "*.example.com"),
      to("name", "api.example.com"),
    ];
    const { decide } = compileAllowlist(rules);
    expect(decide(packet("203.0.113.7")).ruleId).toBe("host");
    expect(decide(packet("203.0.113.8")).ruleId).toBe("net");
    expect(decide(packet("203.0.113.8", 80)).ruleId).toBe("wide");
    expect(decide(packet(null, 443, "API.example.com")).ruleId).toBe("name");
    expect(decide(packet(null, 443, "www.example.com")).ruleId).toBe("any name");
    expect(decide(packet(null, 443, "a.www.example.com"))).toEqual({ allowed: false, ruleId: null });
  });

  test("the first and last address and port of each family are reached", () => {
    const all = [to("v4", "0.0.0.0/0", { from: 1, to: 65_535 }), to("v6", "::/0", { from: 1, to: 65_535 })];
    const { decide } = compileAllowlist(all);
    for (const peer of ["0.0.0.0", "255.255.255.255"])
      for (const port of [1, 65_535]) expect(decide(packet(peer, port)).ruleId).toBe("v4");
    for (const peer of ["::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"])
      expect(decide(packet(peer)).ruleId).toBe("v6");
    expect(compileAllowlist([]).decide(packet("203.0.113.7")).allowed).toBe(false);
  });

  test("an address that can be read in two ways is refused, not decided", () => {
    const { decide } = compileAllowlist([to("all", "0.0.0.0/0")]);
    for (const odd of [
      "010.0.0.1",
      "0x7f.1",
      "127.1",
      "1.2.3.4.5",
      "1.2.3.",
      "",
      "256.1.1.1",
      "1.2.3.4 ",
      "::ffff:1.2.3.4",
      "fe80::1%eth0",
      "１.1.1.1",
    ])
      expect(() => decide(packet(odd)), odd).toThrow(RangeError);
  });

  test("agrees with Node's own block list about 2,000 networks", () => {
    const random = fc.sample(
      fc.record({ value: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 8, max: 32 }) }),
      {
        numRuns: 2_000,
        seed: 7,
      },
    );
    const cidrs = random.map(({ value, prefix }) => cidrOf({ family: 4, value: BigInt(value) }, prefix));
    const list = new BlockList();
    for (const { text, prefix } of cidrs) list.addSubnet(text.slice(0, text.indexOf("/")), prefix);
    const { decide } = compileAllowlist(cidrs.map(({ text }, index) => to(`r${index}`, text)));
    const edges = cidrs.slice(0, 500).flatMap(({ first, last }) => [first - 1n, first, last, last + 1n]);
    for (const value of edges.filter((each) => each >= 0n && each < 1n << 32n)) {
      const { text } = cidrOf({ family: 4, value }, 32);
      const address = text.slice(0, text.indexOf("/"));
      expect(decide(packet(address)).allowed, address).toBe(list.check(address));
    }
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coveringPeers } from "#lib/allowlist/findings.ts";
import { isInForce, normalTraffic, relate, ruleState, type Traffic } from "#lib/allowlist/policy.ts";
import { addressText } from "#lib/shared/addresses.ts";
import { BUILT_IN } from "../support/built-in-sets.ts";

const NOW = new Date("2026-11-24T08:00:00Z");

// A small world, 16 addresses and 6 ports, so that what a rule opens can be counted packet by packet.
const network = fc.tuple(fc.nat(15), fc.integer({ min: 28, max: 32 })).map(([host, prefix]) => {
  const size = 2 ** (32 - prefix);
  return `${addressText(4, BigInt(0x0a000000 + Math.floor(host / size) * size))}/${prefix}`;
});
const traffic: fc.Arbitrary<Traffic> = fc
  .record({ peer: network, a: fc.integer({ min: 1, max: 6 }), b: fc.integer({ min: 1, max: 6 }) })
  .map(({ peer, a, b }) => ({
    direction: "egress",
    protocol: "tcp",
    portFrom: Math.min(a, b),
    portTo: Math.max(a, b),
    peerKind: "cidr",
    peer,
    carriedBy: "application",
  }));

function packets(rule: Traffic): Set<string> {
  const found = new Set<string>();
  const { peer, ports } = normalTraffic(rule, BUILT_IN);
  if ("name" in peer || ports === null) return found;
  for (const { first, last } of peer.ranges) {
    for (let value = first; value <= last; value++) {
      for (let port = ports.from; port <= ports.to; port++) found.add(`${value}:${port}`);
    }
  }
  return found;
}

test("two rules relate exactly as the packets they let pass do", () => {
  fc.assert(
    fc.property(traffic, traffic, (a, b) => {
      const inA = packets(a);
      const inB = packets(b);
      const expected = inA.isDisjointFrom(inB)
        ? "apart"
        : inA.isSubsetOf(inB)
          ? inB.isSubsetOf(inA)
            ? "same"
            : "covered"
          : inB.isSubsetOf(inA)
            ? "covers"
            : "overlaps";
      expect(relate(normalTraffic(a, BUILT_IN), normalTraffic(b, BUILT_IN))).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test("a rule that covers another names one of the peers that could", () => {
  fc.assert(
    fc.property(traffic, traffic, (a, b) => {
      const relation = relate(normalTraffic(a, BUILT_IN), normalTraffic(b, BUILT_IN));
      if (relation === "covered" || relation === "same") expect(coveringPeers(a, BUILT_IN)).toContain(b.peer);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["fqdn", "api.workos.com", ["api.workos.com", "*.workos.com"]],
  ["cidr", "128.0.0.0/1", ["0.0.0.0/0", "128.0.0.0/1", "cloudflare", "workos-senders"]],
  ["cidr", "8000::/1", ["::/0", "8000::/1", "cloudflare", "workos-senders"]],
] as const)("around the %s %s may stand %j", (peerKind, peer, peers) => {
  expect(coveringPeers({ peerKind, peer }, BUILT_IN)).toEqual(peers);
});

describe("the life of a rule", () => {
  const at = (text: string) => new Date(text);
  test.each([
    ["open", null, null],
    ["open", at("2027-06-01T00:00:00Z"), null],
    ["expiring", at("2026-12-24T08:00:00Z"), null],
    ["expired", NOW, null],
    ["expired", at("2026-11-01T00:00:00Z"), null],
    ["retired", at("2026-11-01T00:00:00Z"), NOW],
    ["retired", null, NOW],
  ])("is %s", (state, expiresAt, retiredAt) => {
    expect(ruleState({ expiresAt, retiredAt }, NOW)).toBe(state);
    expect(isInForce({ expiresAt, retiredAt }, NOW)).toBe(state === "open" || state === "expiring");
  });
});

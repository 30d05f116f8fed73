import fc from "fast-check";
import { mergeRanges } from "#lib/shared/address-ranges.ts";
import { addressText, cidrOf, type Family, readAddress } from "#lib/shared/addresses.ts";
import type { Packet, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { fqdnContains } from "#lib/shared/hostnames.ts";

/** Rules and packets of a small world, so that they meet often: few addresses at the edges of each family, few names, few ports. */
const CORNERS = {
  4: [0n, 0x0a000000n, 0xcb007100n, 0xffffff00n],
  6: [0n, 0x20010db8n << 96n, (1n << 128n) - 256n],
} as const satisfies Record<Family, bigint[]>;

const value = (family: Family) =>
  fc
    .tuple(fc.constantFrom(...CORNERS[family]), fc.integer({ min: 0, max: 255 }))
    .map(([base, offset]) => base + BigInt(offset));
const cidr = (family: Family) =>
  fc
    .tuple(value(family), fc.integer({ min: 0, max: 9 }))
    .map(([at, hostBits]) => cidrOf({ family, value: at }, (family === 4 ? 32 : 128) - hostBits));
const family = fc.constantFrom<Family>(4, 6);
const NAMES = ["a.example", "b.example", "a0.example", "*.example", "x.a.example", "*.a.example", "a.test"];

const port = fc.constantFrom(1, 2, 80, 443, 444, 65_535);
const plane = fc.record({
  direction: fc.constantFrom("egress", "ingress"),
  protocol: fc.constantFrom("tcp", "udp", "icmp"),
  carriedBy: fc.constantFrom("application", "user_browser"),
} as const);

const rule = fc
  .record({
    plane,
    ports: fc.tuple(port, port).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
    peer: fc.oneof(
      fc
        .array(family.chain(cidr), { minLength: 1, maxLength: 4 })
        .map((cidrs) => ({ ranges: mergeRanges(cidrs) })),
      fc.constantFrom(...NAMES).map((name) => ({ name })),
    ),
  })
  .map(({ plane: traffic, ports, peer }) => ({
    ...traffic,
    ports: traffic.protocol === "icmp" ? null : ports,
    peer,
  }));

/** A list of rules, named r0, r1 and so on. */
export const anyRules: fc.Arbitrary<TrafficRule[]> = fc
  .array(rule, { maxLength: 12 })
  .map((rules) => rules.map((each, index) => ({ ...each, id: `r${index}` })));

export const anyPacket: fc.Arbitrary<Packet> = fc
  .record({
    plane,
    port,
    peer: family.chain((of) => value(of).map((at) => addressText(of, at))),
    name: fc.constantFrom(
      ...NAMES.filter((name) => !name.startsWith("*")),
      "c.example",
      "example",
      "y.x.a.example",
    ),
    known: fc.constantFrom("peer", "name", "both"),
  })
  .map(({ plane: traffic, known, ...packet }) => ({
    ...traffic,
    port: traffic.protocol === "icmp" ? null : packet.port,
    peer: known === "name" ? null : packet.peer,
    name: known === "peer" ? null : packet.name,
  }));

/** What passes by the words of `TrafficRule` alone, one rule at a time: the oracle. */
export function passesBy(rule: TrafficRule, packet: Packet): boolean {
  if (rule.direction !== packet.direction || rule.protocol !== packet.protocol) return false;
  if (rule.carriedBy !== packet.carriedBy) return false;
  if (rule.ports && (packet.port === null || packet.port < rule.ports.from || packet.port > rule.ports.to))
    return false;
  if ("name" in rule.peer) return packet.name !== null && fqdnContains(rule.peer.name, packet.name);
  if (packet.peer === null) return false;
  const reading = readAddress(packet.peer);
  if (!reading.ok) throw new Error(reading.problem);
  const { family: of, value: at } = reading.value;
  return rule.peer.ranges.some((range) => range.family === of && range.first <= at && at <= range.last);
}

export function passes(rules: readonly TrafficRule[], packet: Packet): boolean {
  return rules.some((each) => passesBy(each, packet));
}

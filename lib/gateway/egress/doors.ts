import { isIPv4 } from "node:net";
import { rangeContains } from "#lib/shared/address-ranges.ts";
import { type AddressRange, readAddress, readCidr } from "#lib/shared/addresses.ts";
import { compileAllowlist, type Decision } from "#lib/shared/allowlist/decide.ts";
import { RESERVED_NETWORKS } from "#lib/shared/allowlist/reserved.ts";
import type { TrafficRule } from "#lib/shared/allowlist/traffic.ts";

/** A rule in force, with what it may open cut to single networks as the allowlist's export gives them. */
export interface EgressRule extends Omit<TrafficRule, "peer"> {
  readonly peer: { readonly networks: readonly string[] } | { readonly name: string };
  readonly expiresAt: Date | null;
}

/** What is asked for once the name has been resolved. */
export interface Asked {
  readonly name: string | null;
  readonly address: string;
  readonly port: number;
}

/** The rule that let it pass, or why none did. */
export type Passage = { readonly ruleId: string } | { readonly refused: "no_rule" | "inner_address" };

/** The egress rules of an allowlist, ready to be asked. */
export interface Doors {
  /** On the address that will be connected to. What a name leads to inside is let pass by rules for addresses alone. */
  decide(asked: Asked): Passage;
  /** The rule that lets a name pass, wherever it may lead: for where somebody else resolves it. */
  decideName(name: string, port: number): Passage;
  /** Whether anything could let this name pass. Where nothing can, it is not even asked of a name server: that tells it outside. */
  couldPass(name: string, port: number): boolean;
  /** When the first of the rules ends; null where none does. */
  readonly endsAt: Date | null;
}

const TRAFFIC = { direction: "egress", protocol: "tcp", carriedBy: "application" } as const;

const PORTS = 65_536;

/** Compiles the rules that have not ended. */
export function compileDoors(rules: readonly EgressRule[], now: Date): Doors {
  const live = rules.filter(
    ({ direction, protocol, carriedBy, expiresAt }) =>
      direction === TRAFFIC.direction &&
      protocol === TRAFFIC.protocol &&
      carriedBy === TRAFFIC.carriedBy &&
      (expiresAt === null || expiresAt > now),
  );
  const all = compileAllowlist(live.map((rule) => traffic(rule, rangesOf(rule))));
  const inner = compileAllowlist(
    live.flatMap((rule) => {
      const ranges = rangesOf(rule).filter(isWithinInner);
      return ranges.length > 0 ? [traffic(rule, ranges)] : [];
    }),
  );
  const hasAddresses = new Uint8Array(PORTS);
  for (const { peer, ports } of live)
    if ("networks" in peer && ports) hasAddresses.fill(1, Math.max(0, ports.from), ports.to + 1);
  const decideName = (name: string, port: number) =>
    passage(all.decide({ ...TRAFFIC, port, peer: null, name }));
  return {
    decide({ name, address, port }) {
      // A rule for the whole Internet is none for what lies inside, and neither is a name: whoever answers for it may lie.
      if (!isInner(address)) return passage(all.decide({ ...TRAFFIC, port, peer: address, name }));
      const decision = inner.decide({ ...TRAFFIC, port, peer: address, name: null });
      return decision.ruleId === null ? { refused: "inner_address" } : { ruleId: decision.ruleId };
    },
    decideName,
    couldPass: (name, port) => hasAddresses[port] === 1 || "ruleId" in decideName(name, port),
    endsAt: live.reduce<Date | null>(
      (first, { expiresAt }) => (expiresAt && (!first || expiresAt < first) ? expiresAt : first),
      null,
    ),
  };
}

function passage({ ruleId }: Decision): Passage {
  return ruleId === null ? { refused: "no_rule" } : { ruleId };
}

function traffic({ peer, ...rule }: EgressRule, ranges: readonly AddressRange[]): TrafficRule {
  return { ...rule, peer: "name" in peer ? peer : { ranges } };
}

function rangesOf({ peer }: EgressRule): AddressRange[] {
  if ("name" in peer) return [];
  return peer.networks.map((text) => {
    const reading = readCidr(text);
    if (!reading.ok) throw new Error(reading.problem);
    return reading.value;
  });
}

/**
 * What no rule opens without naming it: addresses that lie inside somebody's network, this machine's own, and those at which
 * clouds tell a machine its secrets, which looks public at one of them. The last three carry IPv4 addresses in IPv6, or reach
 * machines behind somebody else's relay.
 */
const INNER = [
  ...RESERVED_NETWORKS.map(({ range }) => range),
  ...["168.63.129.16/32", "fec0::/10", "2001::/32", "2002::/16"].flatMap((text) => {
    const reading = readCidr(text);
    return reading.ok ? [reading.value] : [];
  }),
];

const innerAddresses = compileAllowlist([
  { ...TRAFFIC, id: "inner", ports: { from: 1, to: 65_535 }, peer: { ranges: INNER } },
]);

function isInner(address: string): boolean {
  return innerAddresses.decide({ ...TRAFFIC, port: 443, peer: address, name: null }).allowed;
}

function isWithinInner(range: AddressRange): boolean {
  return INNER.some((inner) => rangeContains(inner, range));
}

/** An address as a socket or a resolver says it, as rules are asked: IPv4 in its own form, no zone. Null where it is none. */
export function plainAddress(said: string | undefined): string | null {
  // What the system writes of IPv4 is in its one form already, and this is asked for every connection.
  if (said !== undefined && isIPv4(said)) return said;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(said ?? "")?.[1];
  const reading = readAddress((mapped ?? said ?? "").replace(/%.*$/, ""));
  return reading.ok ? reading.value.text : null;
}

import type { PeerKind, RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import { mergeRanges, rangesOverlap, unionContains } from "#lib/shared/address-ranges.ts";
import { type AddressRange, readCidr } from "#lib/shared/addresses.ts";
import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { fqdnContains } from "#lib/shared/hostnames.ts";
import { type PortRange, portsText } from "#lib/shared/ports.ts";
import type { Carrier, RuleState } from "./schema.ts";
import { rangesOfSet, type SetBook } from "./sets/book.ts";

/** What a rule lets pass, as it is stored. */
export interface Traffic {
  direction: RuleDirection;
  protocol: RuleProtocol;
  portFrom: number | null;
  portTo: number | null;
  peerKind: PeerKind;
  peer: string;
  carriedBy: string;
}

/** The normal form: what a rule lets pass, as sets that can be compared. */
export interface NormalTraffic {
  direction: RuleDirection;
  protocol: RuleProtocol;
  carriedBy: Carrier;
  ports: PortRange | null;
  /** Addresses are merged: in order, and never touching. */
  peer: { name: string } | { ranges: readonly AddressRange[] };
}

export function normalTraffic(traffic: Traffic, sets: SetBook): NormalTraffic {
  const { direction, protocol, portFrom, portTo } = traffic;
  return {
    direction,
    protocol,
    carriedBy: traffic.carriedBy === "user_browser" ? "user_browser" : "application",
    ports: portFrom === null || portTo === null ? null : { from: portFrom, to: portTo },
    peer:
      traffic.peerKind === "fqdn" ? { name: traffic.peer } : { ranges: mergeRanges(rangesOf(traffic, sets)) },
  };
}

/** The networks a rule names: one, a set's, or none where it names a host. */
export function rangesOf(
  { peerKind, peer }: Pick<Traffic, "peerKind" | "peer">,
  sets: SetBook,
): AddressRange[] {
  if (peerKind === "fqdn") return [];
  if (peerKind === "address_set") {
    const set = sets.get(peer);
    if (!set) throw new Error(`There is no address set ${peer}.`);
    return rangesOfSet(set);
  }
  const reading = readCidr(peer);
  if (!reading.ok) throw new Error(`A stored rule cannot be read: ${reading.problem}`);
  return [reading.value];
}

/** How what `a` opens stands to what `b` opens. */
export type Relation = "same" | "covered" | "covers" | "overlaps" | "apart";

/**
 * Compares two rules exactly. A name and an address are `apart`: which addresses a name has is not known here. Who
 * carries the traffic counts, because a browser and the installation are different machines behind the boundary.
 */
export function relate(a: NormalTraffic, b: NormalTraffic): Relation {
  if (a.direction !== b.direction || a.protocol !== b.protocol || a.carriedBy !== b.carriedBy) return "apart";
  return both(relatePorts(a.ports, b.ports), relatePeers(a.peer, b.peer));
}

function both(first: Relation, second: Relation): Relation {
  if (first === "apart" || second === "apart") return "apart";
  if (first === "same") return second;
  if (second === "same" || first === second) return first;
  return "overlaps";
}

function relatePorts(a: PortRange | null, b: PortRange | null): Relation {
  if (a === null || b === null) return a === b ? "same" : "apart";
  if (a.to < b.from || b.to < a.from) return "apart";
  return fromContainment(b.from <= a.from && a.to <= b.to, a.from <= b.from && b.to <= a.to);
}

function relatePeers(a: NormalTraffic["peer"], b: NormalTraffic["peer"]): Relation {
  if ("name" in a && "name" in b) {
    const inB = fqdnContains(b.name, a.name);
    const inA = fqdnContains(a.name, b.name);
    return inA || inB ? fromContainment(inB, inA) : "apart";
  }
  if ("name" in a || "name" in b) return "apart";
  if (!a.ranges.some((range) => b.ranges.some((other) => rangesOverlap(range, other)))) return "apart";
  return fromContainment(unionContains(b.ranges, a.ranges), unionContains(a.ranges, b.ranges));
}

function fromContainment(aInB: boolean, bInA: boolean): Relation {
  if (aInB) return bInA ? "same" : "covered";
  return bInA ? "covers" : "overlaps";
}

export const EXPIRY_NOTICE_MS = 30 * DAY_MS;

export interface Lifetime {
  expiresAt: Date | null;
  retiredAt: Date | null;
}

/** Where a rule is in its life. Only `open` and `expiring` rules let anything pass. */
export function ruleState({ expiresAt, retiredAt }: Lifetime, now: Date): RuleState {
  if (retiredAt) return "retired";
  if (expiresAt === null) return "open";
  if (expiresAt <= now) return "expired";
  return expiresAt.getTime() - now.getTime() <= EXPIRY_NOTICE_MS ? "expiring" : "open";
}

export function isInForce(rule: Lifetime, now: Date): boolean {
  return rule.retiredAt === null && (rule.expiresAt === null || rule.expiresAt > now);
}

/** A form knows minutes only: an end that it did not touch keeps its seconds. */
export function keptExpiry(before: Date | null, wanted: Date | null): Date | null {
  const minute = (at: Date | null) => at && Math.floor(at.getTime() / MINUTE_MS);
  return minute(before) === minute(wanted) ? before : wanted;
}

/** The rule in one line, the way people say it: "Egress tcp 443 to Cloudflare". */
export function trafficText(traffic: Traffic, sets: SetBook): string {
  const direction = traffic.direction === "egress" ? "Egress" : "Ingress";
  const ports =
    traffic.portFrom === null || traffic.portTo === null
      ? ""
      : ` ${portsText({ from: traffic.portFrom, to: traffic.portTo })}`;
  const carrier = traffic.carriedBy === "user_browser" ? ", by users' browsers" : "";
  return `${direction} ${traffic.protocol}${ports} ${traffic.direction === "egress" ? "to" : "from"} ${peerText(traffic, sets)}${carrier}`;
}

/** The same for rules that are written to let the same pass. */
export function trafficKey({
  direction,
  protocol,
  portFrom,
  portTo,
  peerKind,
  peer,
  carriedBy,
}: Traffic): string {
  return [direction, protocol, portFrom, portTo, peerKind, peer, carriedBy].join(" ");
}

/** The networks a rule names, as they are written. */
export function cidrsOf(
  { peerKind, peer }: Pick<Traffic, "peerKind" | "peer">,
  sets: SetBook,
): readonly string[] {
  if (peerKind === "cidr") return [peer];
  return peerKind === "address_set" ? (sets.get(peer)?.cidrs ?? []) : [];
}

/** The peer as people know it: a set by its name. */
export function peerText({ peerKind, peer }: Pick<Traffic, "peerKind" | "peer">, sets: SetBook): string {
  return peerKind === "address_set" ? (sets.get(peer)?.name ?? peer) : peer;
}

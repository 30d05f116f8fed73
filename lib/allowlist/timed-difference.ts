import { mergeRanges } from "#lib/shared/address-ranges.ts";
import { readCidr } from "#lib/shared/addresses.ts";
import { differenceOf, type TrafficRegion } from "#lib/shared/allowlist/difference.ts";
import { runsOf } from "#lib/shared/allowlist/lines.ts";
import { type Peer, planeOf, type TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import type { PortRange } from "#lib/shared/ports.ts";
import type { AllowlistState, RuleFacts } from "./changes.ts";

/** How the two lists differ between two moments at which nothing ends. */
export interface Piece {
  from: Date | null;
  until: Date | null;
  /** All that let something pass then, after the change. */
  rules: TrafficRule[];
  opened: TrafficRegion[];
  closed: TrafficRegion[];
}

interface TimedRule {
  traffic: TrafficRule;
  endsAt: Date | null;
}

/**
 * The difference now, and from each moment at which a rule that matters to it ends. Exact: in between nothing can change.
 */
export function piecesOf(before: AllowlistState, after: AllowlistState, now: Date): Piece[] {
  const old = timedRules(before, now);
  const wanted = timedRules(after, now);
  const changed = [...onlyIn(old, wanted), ...onlyIn(wanted, old)].map(({ traffic }) => traffic);
  if (changed.length === 0) return [{ from: null, until: null, rules: [], opened: [], closed: [] }];
  // A rule that stays and shares no packet with what changes can hide nothing of it.
  const near = ({ traffic }: TimedRule) =>
    changed.some((rule) => rule === traffic || sharePackets(rule, traffic));
  const [left, right] = changed.length > NEAR_MAX ? [old, wanted] : [old.filter(near), wanted.filter(near)];
  const ends = [...left, ...right].flatMap(({ endsAt }) => (endsAt ? [endsAt.getTime()] : []));
  const cuts = [...new Set(ends)].sort((a, b) => a - b).map((at) => new Date(at));
  return [null, ...cuts].map((from, index) => {
    const lives = ({ endsAt }: TimedRule) => endsAt === null || endsAt > (from ?? now);
    const traffic = (rules: TimedRule[]) => rules.filter(lives).map((rule) => rule.traffic);
    const difference = differenceOf(traffic(left), traffic(right));
    return { from, until: cuts[index] ?? null, rules: traffic(wanted), ...difference };
  });
}

/** Beyond this many, comparing everything at once costs less than finding what is near. */
const NEAR_MAX = 200;

function timedRules({ rules, sets }: AllowlistState, now: Date): TimedRule[] {
  return [...rules].flatMap(([id, rule]) => {
    const endsAt = rule.expiresAt === null ? null : new Date(rule.expiresAt);
    if (endsAt && endsAt <= now) return [];
    return [{ traffic: trafficRule(id, rule, sets), endsAt }];
  });
}

function onlyIn(these: readonly TimedRule[], others: readonly TimedRule[]): TimedRule[] {
  const known = new Set(others.map(keyOf));
  return these.filter((rule) => !known.has(keyOf(rule)));
}

function keyOf({ traffic: { id, ...traffic }, endsAt }: TimedRule): string {
  return JSON.stringify([traffic, endsAt], (_key, value) => (typeof value === "bigint" ? `${value}` : value));
}

type Written = Pick<
  RuleFacts,
  "direction" | "protocol" | "carriedBy" | "portFrom" | "portTo" | "peerKind" | "peer"
>;

/** What a rule or an assertion is about, as a set that can be compared. */
export function trafficRule(id: string, rule: Written, sets: AllowlistState["sets"]): TrafficRule {
  const { direction, protocol, carriedBy, portFrom, portTo } = rule;
  const ports = portFrom === null || portTo === null ? null : { from: portFrom, to: portTo };
  return { id, direction, protocol, carriedBy, ports, peer: peerOf(rule, sets) };
}

function peerOf({ peerKind, peer }: Written, sets: AllowlistState["sets"]): Peer {
  if (peerKind === "fqdn") return { name: peer };
  const cidrs = peerKind === "cidr" ? [peer] : (sets.get(peer)?.cidrs ?? []);
  const ranges = cidrs.map((cidr) => {
    const reading = readCidr(cidr);
    if (!reading.ok) throw new Error(`A stored network cannot be read: ${reading.problem}`);
    return reading.value;
  });
  return { ranges: mergeRanges(ranges) };
}

function sharePackets(a: TrafficRule, b: TrafficRule): boolean {
  if (planeOf(a) !== planeOf(b) || !portsMeet(a.ports, b.ports)) return false;
  const runs = runsOf(b.peer);
  return runsOf(a.peer).some((run) => runs.some((other) => runsMeet(run, other)));
}

function portsMeet(a: PortRange | null, b: PortRange | null): boolean {
  return a === null || b === null ? a === b : a.from <= b.to && b.from <= a.to;
}

function runsMeet(a: TrafficRegion["run"], b: TrafficRegion["run"]): boolean {
  return a.line === b.line && a.from < b.to && b.from < a.to;
}

/** The rules that let something pass now. */
export function rulesInForce(state: AllowlistState, now: Date): TrafficRule[] {
  return timedRules(state, now).map(({ traffic }) => traffic);
}

/** Whether the traffic is partly that of the region. */
export function touches(region: TrafficRegion, traffic: TrafficRule): boolean {
  return (
    planeOf(region) === planeOf(traffic) &&
    portsMeet(region.ports, traffic.ports) &&
    runsOf(traffic.peer).some((run) => runsMeet(run, region.run))
  );
}

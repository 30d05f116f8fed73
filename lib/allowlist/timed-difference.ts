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
  opened: TrafficRegion[];
  closed: TrafficRegion[];
  /** All that let something pass then, after the change. */
  rulesThen: () => TrafficRule[];
}

export interface TimedRule {
  traffic: TrafficRule;
  endsAt: Date | null;
}

/**
 * The difference now, and from each moment at which a rule that matters to it ends; one list of pieces for each
 * knot of changes that share packets. Exact: a packet that passes before or after, and not both, lies in a rule that
 * changes, and only rules that share a packet with that one can say anything about it; in between two ends nothing moves.
 */
export function knotsOf(before: AllowlistState, after: AllowlistState, now: Date): Piece[][] {
  const [gone, come] = changedRules(before, after, now);
  const changed = [...gone, ...come];
  if (changed.length === 0) return [];
  const wanted = timedRules(after.rules, after.sets, now);
  const isNew = new Set(come);
  const ids = new Set(come.map(({ traffic }) => traffic.id));
  const near = nearIndex(wanted.filter(({ traffic }) => !ids.has(traffic.id)));
  return knots(changed).map((knot) => {
    const staying = [...new Set(knot.flatMap(({ traffic }) => near(traffic)))];
    const left = [...knot.filter((rule) => !isNew.has(rule)), ...staying];
    const right = [...knot.filter((rule) => isNew.has(rule)), ...staying];
    return piecesOf(left, right, wanted, now);
  });
}

function piecesOf(
  left: readonly TimedRule[],
  right: readonly TimedRule[],
  wanted: readonly TimedRule[],
  now: Date,
): Piece[] {
  const ends = [...left, ...right].flatMap(({ endsAt }) => (endsAt ? [endsAt.getTime()] : []));
  const cuts = [...new Set(ends)].sort((a, b) => a - b).map((at) => new Date(at));
  return [null, ...cuts].map((from, index) => {
    const lives = ({ endsAt }: TimedRule) => endsAt === null || endsAt > (from ?? now);
    const traffic = (rules: readonly TimedRule[]) => rules.filter(lives).map((rule) => rule.traffic);
    const difference = differenceOf(traffic(left), traffic(right));
    return { from, until: cuts[index] ?? null, rulesThen: () => traffic(wanted), ...difference };
  });
}

export function timedRules(
  rules: ReadonlyMap<string, RuleFacts>,
  sets: AllowlistState["sets"],
  now: Date,
): TimedRule[] {
  return [...rules].flatMap(([id, rule]) => {
    const endsAt = rule.expiresAt === null ? null : new Date(rule.expiresAt);
    if (endsAt && endsAt <= now) return [];
    return [{ traffic: trafficRule(id, rule, sets), endsAt }];
  });
}

/** The rules of each side that say of packets what none of the other does: words that were changed count for nothing. */
function changedRules(before: AllowlistState, after: AllowlistState, now: Date): [TimedRule[], TimedRule[]] {
  const differs = (id: string) => {
    const [old, wanted] = [before.rules.get(id), after.rules.get(id)];
    if (old !== wanted) return true;
    const slug = old?.peerKind === "address_set" ? old.peer : null;
    return slug !== null && before.sets.get(slug)?.versionId !== after.sets.get(slug)?.versionId;
  };
  const of = ({ rules, sets }: AllowlistState) =>
    timedRules(new Map([...rules].filter(([id]) => differs(id))), sets, now);
  const [old, wanted] = [of(before), of(after)];
  return [onlyIn(old, wanted), onlyIn(wanted, old)];
}

function onlyIn(these: readonly TimedRule[], others: readonly TimedRule[]): TimedRule[] {
  const known = new Set(others.map(keyOf));
  return these.filter((rule) => !known.has(keyOf(rule)));
}

function keyOf({ traffic: { id, ...traffic }, endsAt }: TimedRule): string {
  return JSON.stringify([traffic, endsAt], (_key, value) => (typeof value === "bigint" ? `${value}` : value));
}

/** Rules that share packets, directly or by way of each other, together. */
function knots(rules: readonly TimedRule[]): TimedRule[][] {
  const near = nearIndex(rules);
  const done = new Set<TimedRule>();
  return rules.flatMap((first) => {
    if (done.has(first)) return [];
    const knot = [first];
    done.add(first);
    for (const rule of knot) {
      for (const other of near(rule.traffic)) {
        if (done.has(other)) continue;
        done.add(other);
        knot.push(other);
      }
    }
    return [knot];
  });
}

/** Finds the rules that share a packet with some traffic. Each rule is taken apart once, however often it is asked for. */
export function nearIndex<Item extends { traffic: TrafficRule }>(
  items: readonly Item[],
): (traffic: TrafficRule) => Item[] {
  const apart = items.map((item) => ({ item, ports: item.traffic.ports, runs: runsOf(item.traffic.peer) }));
  const planes = Map.groupBy(apart, ({ item }) => planeOf(item.traffic));
  return (traffic) => {
    const runs = runsOf(traffic.peer);
    return (planes.get(planeOf(traffic)) ?? []).flatMap((other) => {
      if (!portsMeet(traffic.ports, other.ports)) return [];
      return runs.some((run) => other.runs.some((its) => runsMeet(run, its))) ? [other.item] : [];
    });
  };
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

function portsMeet(a: PortRange | null, b: PortRange | null): boolean {
  return a === null || b === null ? a === b : a.from <= b.to && b.from <= a.to;
}

function runsMeet(a: TrafficRegion["run"], b: TrafficRegion["run"]): boolean {
  return a.line === b.line && a.from < b.to && b.from < a.to;
}

/** The rules that let something pass now. */
export function rulesInForce(state: AllowlistState, now: Date): TrafficRule[] {
  return timedRules(state.rules, state.sets, now).map(({ traffic }) => traffic);
}

/** Whether the traffic is partly that of the region. */
export function touches(region: TrafficRegion, traffic: TrafficRule): boolean {
  return (
    planeOf(region) === planeOf(traffic) &&
    portsMeet(region.ports, traffic.ports) &&
    runsOf(traffic.peer).some((run) => runsMeet(run, region.run))
  );
}

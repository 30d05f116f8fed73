import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { type Assertion, brokenAssertions } from "#lib/shared/allowlist/assertions.ts";
import { regionPeers, type TrafficRegion } from "#lib/shared/allowlist/difference.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import type { PortRange } from "#lib/shared/ports.ts";
import {
  type AllowlistState,
  applyChanges,
  type Change,
  type KnownVersions,
  type Problem,
  type RuleFacts,
} from "./changes.ts";
import { findingsAbout } from "./findings.ts";
import { knotsOf, nearIndex, type Piece, rulesInForce, touches, trafficRule } from "./timed-difference.ts";

/** Traffic that a request opens or closes, as it is kept and shown. */
export interface ShownRegion {
  direction: TrafficRegion["direction"];
  protocol: TrafficRegion["protocol"];
  carriedBy: TrafficRegion["carriedBy"];
  peers: string[];
  /** Peers beyond those named. */
  morePeers: number;
  ports: PortRange | null;
  witness: Packet;
  /** When it begins and ends; null: at once, and for good. */
  from: string | null;
  until: string | null;
}

export interface ShownRegions {
  regions: ShownRegion[];
  /** Of which `regions` shows the first. */
  total: number;
}

export interface Broken {
  assertionId: string;
  must: "allow" | "deny";
  reason: string;
  /** A packet that passes and must not, or must and does not. */
  witness: Packet;
  /** From when; null: at once. */
  from: string | null;
}

/** `widening`: something passes that did not, or an assertion that kept it out is given up. */
export type Effect = "widening" | "narrowing" | "neither";

/** What a request would do, exactly. */
export interface Simulation {
  effect: Effect;
  opened: ShownRegions;
  closed: ShownRegions;
  broken: Broken[];
  findings: (Problem & { refused: boolean })[];
  problems: Problem[];
}

const REGIONS_MAX = 200;
const PEERS_MAX = 12;

/**
 * What the changes would do to this allowlist, now and at every hour at which a rule of it ends: a rule that is only
 * prolonged opens something as well, later.
 */
export function simulate(
  before: AllowlistState,
  changes: readonly Change[],
  { now, mode, versions }: { now: Date; mode: DeploymentMode; versions?: KnownVersions },
): Simulation {
  const { state: after, problems } = applyChanges(before, changes, versions);
  const knots = knotsOf(before, after, now);
  const opened = shownRegions(knots, "opened");
  const closed = shownRegions(knots, "closed");
  const loosens = changes.some(({ kind }) => kind === "retire_assertion");
  return {
    effect: opened.total > 0 || loosens ? "widening" : closed.total > 0 ? "narrowing" : "neither",
    opened,
    closed,
    broken: brokenBy(before, after, knots.flat().toSorted(byBeginning), now),
    findings: findingsOf(after, changes, mode, now),
    problems: [...problems, ...pastEnds(changes, now)].toSorted((a, b) => a.index - b.index),
  };
}

function byBeginning(a: Piece, b: Piece): number {
  return (a.from?.getTime() ?? 0) - (b.from?.getTime() ?? 0);
}

/** Why the request cannot be proposed as it stands; empty where it can. */
export function obstaclesOf({ broken, findings, problems }: Simulation): string[] {
  return [
    ...problems.map(({ sentence }) => sentence),
    ...findings.filter(({ refused }) => refused).map(({ sentence }) => sentence),
    ...broken.map(({ must, reason }) =>
      must === "deny" ? `Opens what must stay closed: ${reason}` : `Closes what must stay open: ${reason}`,
    ),
  ];
}

/** Traffic as it is shown, where it matters neither when it begins nor when it ends. */
export function shownTraffic(regions: readonly TrafficRegion[]): ShownRegions {
  const always = { from: null, until: null };
  return {
    regions: regions.slice(0, REGIONS_MAX).map((region) => shownRegion(region, always)),
    total: regions.length,
  };
}

/** What is opened or closed in all: the same traffic in pieces that follow each other is said once. */
function shownRegions(knots: readonly Piece[][], side: "opened" | "closed"): ShownRegions {
  const all = knots.flatMap((pieces) => regionsOver(pieces, side));
  return { regions: all.slice(0, REGIONS_MAX), total: all.length };
}

function regionsOver(pieces: readonly Piece[], side: "opened" | "closed"): ShownRegion[] {
  const done: ShownRegion[] = [];
  let running = new Map<string, ShownRegion>();
  for (const piece of pieces) {
    const next = new Map<string, ShownRegion>();
    for (const region of piece[side]) {
      const shown = shownRegion(region, piece);
      const key = JSON.stringify({ ...shown, from: null, until: null });
      const known = running.get(key);
      if (known) known.until = shown.until;
      else done.push(shown);
      next.set(key, known ?? shown);
    }
    running = next;
  }
  return done;
}

function shownRegion(region: TrafficRegion, { from, until }: Pick<Piece, "from" | "until">): ShownRegion {
  const { direction, protocol, carriedBy, ports, witness } = region;
  const peers = regionPeers(region);
  return {
    direction,
    protocol,
    carriedBy,
    peers: peers.slice(0, PEERS_MAX),
    morePeers: Math.max(0, peers.length - PEERS_MAX),
    ports,
    witness,
    from: from?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
  };
}

/**
 * The assertions that the changes break. One that was broken before, and by nothing of this, is no reason to stop it:
 * otherwise nothing could mend it step by step. One that is new has to hold.
 */
function brokenBy(
  before: AllowlistState,
  after: AllowlistState,
  pieces: readonly Piece[],
  now: Date,
): Broken[] {
  return [...after.assertions].flatMap(([assertionId, { must, reason, ...written }]) => {
    const traffic = trafficRule(assertionId, written, after.sets);
    const assertion: Assertion = { id: assertionId, must, traffic };
    if (!before.assertions.has(assertionId)) {
      const [broken] = brokenAssertions(rulesInForce(after, now), [assertion]);
      const region = broken?.regions[0];
      return region ? [{ assertionId, must, reason, witness: region.witness, from: null }] : [];
    }
    for (const piece of pieces) {
      const moved = must === "deny" ? piece.opened : piece.closed;
      if (!moved.some((region) => touches(region, traffic))) continue;
      const region = brokenAssertions(piece.rulesThen(), [assertion])[0]?.regions[0];
      if (region)
        return [
          { assertionId, must, reason, witness: region.witness, from: piece.from?.toISOString() ?? null },
        ];
    }
    return [];
  });
}

type RuleChange = Extract<Change, { rule: RuleFacts }>;

function isRuleChange(change: Change): change is RuleChange {
  return change.kind === "add_rule" || change.kind === "change_rule";
}

function findingsOf(
  after: AllowlistState,
  changes: readonly Change[],
  mode: DeploymentMode,
  now: Date,
): Simulation["findings"] {
  const rules = [...after.rules].map(([id, rule]) => {
    return { id, ...rule, ...lifetimeOf(rule), traffic: trafficRule(id, rule, after.sets) };
  });
  const near = nearIndex(rules.filter(({ expiresAt }) => expiresAt === null || expiresAt > now));
  return changes.flatMap((change, index) => {
    if (!isRuleChange(change)) return [];
    const { ruleId, rule } = change;
    if (!after.rules.has(ruleId)) return []; // it could not be made, which is told already
    const others = near(trafficRule(ruleId, rule, after.sets)).filter(({ id }) => id !== ruleId);
    const findings = findingsAbout({ ...rule, ...lifetimeOf(rule) }, others, mode, after.sets);
    // Two capabilities may need the same door: each then keeps its own rule, and takes only that away with it.
    return findings.map(({ sentence, refused }) => ({
      index,
      sentence,
      refused: refused && rule.pack === null,
    }));
  });
}

function lifetimeOf({ expiresAt }: RuleFacts) {
  return { expiresAt: expiresAt === null ? null : new Date(expiresAt), retiredAt: null };
}

function pastEnds(changes: readonly Change[], now: Date): Problem[] {
  return changes.flatMap((change, index) => {
    if (!isRuleChange(change) || change.rule.expiresAt === null) return [];
    if (new Date(change.rule.expiresAt) > now) return [];
    return [{ index, sentence: "This time is past: the rule would open nothing." }];
  });
}

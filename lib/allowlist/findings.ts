import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { cidrOf, FAMILY_BITS } from "#lib/shared/addresses.ts";
import {
  type Lifetime,
  normalTraffic,
  type Relation,
  rangesOf,
  relate,
  type Traffic,
  trafficText,
} from "./policy.ts";
import type { SetBook } from "./sets/book.ts";

/** Something odd about a rule beside the others, in a sentence. `refused`: no reason could make it right. */
export interface Finding {
  kind: Exclude<Relation, "apart"> | "air_gap";
  ruleId: string | null;
  sentence: string;
  refused: boolean;
}

export interface KnownRule extends Traffic, Lifetime {
  id: string;
}

const FINDINGS_MAX = 5;

/**
 * What a person should know before this rule is saved, worst first. `others` are the deployment's rules in force,
 * without the rule itself.
 */
export function findingsAbout(
  candidate: Traffic & Pick<Lifetime, "expiresAt">,
  others: readonly KnownRule[],
  mode: DeploymentMode,
  sets: SetBook,
): Finding[] {
  const findings: Finding[] = mode === "air_gapped" ? [AIR_GAP] : [];
  const normal = normalTraffic(candidate, sets);
  for (const other of others) {
    if (other.direction !== candidate.direction || other.protocol !== candidate.protocol) continue;
    const relation = relate(normal, normalTraffic(other, sets));
    if (relation !== "apart") findings.push(aboutOther(relation, candidate, other, sets));
  }
  return findings.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)).slice(0, FINDINGS_MAX);
}

/**
 * The peers, as they are stored, of which one must be named by a rule that covers this one: the networks around it,
 * the wildcard above it, or any address set. So a database finds the few rules to compare without reading all.
 */
export function coveringPeers(
  { peerKind, peer }: Pick<Traffic, "peerKind" | "peer">,
  sets: SetBook,
): string[] {
  if (peerKind === "fqdn") return [peer, `*${peer.slice(peer.indexOf("."))}`];
  const [first] = rangesOf({ peerKind, peer }, sets);
  if (!first) return [];
  const narrowest = FAMILY_BITS[first.family] - bitLength(first.last - first.first);
  const around = Array.from({ length: narrowest + 1 }, (_, prefix) => {
    return cidrOf({ family: first.family, value: first.first }, prefix).text;
  });
  return [...around, ...sets.keys()];
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The rule that makes this one open nothing of its own, or null. Of two that say the same, the older counts. */
export function coveringRule(rule: KnownRule, others: readonly KnownRule[], sets: SetBook): KnownRule | null {
  const normal = normalTraffic(rule, sets);
  return (
    others.find((other) => {
      if (other.id === rule.id || other.direction !== rule.direction || other.protocol !== rule.protocol)
        return false;
      if (outlives(rule, other)) return false;
      const relation = relate(normal, normalTraffic(other, sets));
      return relation === "covered" || (relation === "same" && other.id < rule.id);
    }) ?? null
  );
}

const ORDER: Finding["kind"][] = ["same", "covered", "air_gap", "covers", "overlaps"];

const AIR_GAP: Finding = {
  kind: "air_gap",
  ruleId: null,
  sentence: "This deployment is air-gapped: the rule opens a boundary that should have no door.",
  refused: false,
};

function aboutOther(
  relation: Finding["kind"],
  candidate: Pick<Lifetime, "expiresAt">,
  other: KnownRule,
  sets: SetBook,
): Finding {
  const name = `the rule “${trafficText(other, sets)}” (${other.id})`;
  const until = outlives(candidate, other)
    ? ` until that expires on ${other.expiresAt?.toISOString().slice(0, 10)}`
    : "";
  const sentence = {
    same: `Opens exactly what ${name} opens already. Change that one instead.`,
    covered: until ? `Covered by ${name}${until}.` : `Covered by ${name}: this one opens nothing new.`,
    covers: `Covers ${name}, which then opens nothing of its own.`,
    overlaps: `Overlaps ${name}: part of this is open already${until}.`,
    air_gap: AIR_GAP.sentence,
  }[relation];
  return { kind: relation, ruleId: other.id, sentence, refused: relation === "same" };
}

function outlives(rule: Pick<Lifetime, "expiresAt">, other: Lifetime): boolean {
  return other.expiresAt !== null && (rule.expiresAt === null || rule.expiresAt > other.expiresAt);
}

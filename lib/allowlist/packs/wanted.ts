import { readPorts } from "#lib/shared/ports.ts";
import { type Traffic, trafficKey } from "../policy.ts";
import type { Carrier } from "../schema.ts";
import { findVersion, PACKS } from "./index.ts";
import type { PackRule, RulePack } from "./pack.ts";
import { isName, type PackAnswers, type PeerQuestion, type PortQuestion } from "./questions.ts";

/** A capability that is ticked, with the version of its pack and what the site answered. */
export interface Ticked {
  packVersion: number;
  answers: PackAnswers;
}

/** By the capability's id, which is its pack's. */
export type TickedCapabilities = ReadonlyMap<string, Ticked>;

/** A rule that ticked capabilities need, with all who need it. */
export interface WantedRule extends Traffic {
  carriedBy: Carrier;
  hosts: readonly string[];
  purpose: string;
  /** The pack that it is filed under, the first of those who need it. */
  pack: string;
  packVersion: number;
  neededBy: readonly Need[];
}

export interface Need {
  pack: string;
  purpose: string;
  without: string;
}

/**
 * The rules that these capabilities need together, by what they let pass. Traffic that several of them need is one
 * rule with the names of all: what one firewall line opens is asked for once.
 */
export function wantedRules(ticked: TickedCapabilities, packs = PACKS): ReadonlyMap<string, WantedRule> {
  const wanted = new Map<string, WantedRule>();
  for (const { id } of packs) {
    const capability = ticked.get(id);
    if (!capability) continue;
    for (const rule of findVersion(id, capability.packVersion, packs)?.rules ?? [])
      for (const traffic of trafficOf(rule, capability.answers)) join(wanted, traffic, rule, id, capability);
  }
  return wanted;
}

/** Rules of this version that are left out, because what they ask for was left empty. */
export function leftOut(id: string, { packVersion, answers }: Ticked, packs: readonly RulePack[] = PACKS) {
  const rules = findVersion(id, packVersion, packs)?.rules ?? [];
  return rules.filter((rule) => trafficOf(rule, answers).length === 0);
}

function join(
  wanted: Map<string, WantedRule>,
  traffic: Traffic & { carriedBy: Carrier },
  { hosts, moreHosts, purpose, without }: PackRule,
  pack: string,
  { packVersion, answers }: Ticked,
): void {
  const key = trafficKey(traffic);
  const known = wanted.get(key);
  const names = [...(known?.hosts ?? []), ...hosts, ...((moreHosts && answers[moreHosts]) ?? [])];
  wanted.set(key, {
    ...(known ?? { ...traffic, purpose, pack, packVersion }),
    hosts: [...new Set(names)],
    neededBy: [...(known?.neededBy ?? []), { pack, purpose, without }],
  });
}

function trafficOf(rule: PackRule, answers: PackAnswers): (Traffic & { carriedBy: Carrier })[] {
  const { direction, protocol, carriedBy } = rule;
  const ports = portsOf(rule.port, answers);
  const peers = "set" in rule.peer ? [setPeer(rule.peer.set)] : peersOf(rule.peer.ask, answers);
  return peers.flatMap((peer) =>
    ports.map(({ from, to }) => ({ direction, protocol, portFrom: from, portTo: to, ...peer, carriedBy })),
  );
}

type Peer = Pick<Traffic, "peerKind" | "peer">;

function setPeer(peer: string): Peer {
  return { peerKind: "address_set", peer };
}

/** Answers are canonical: an IPv6 network has a colon, an IPv4 network no letter, and a name at least one. */
function peersOf(question: PeerQuestion, answers: PackAnswers): Peer[] {
  return (answers[question] ?? []).map((peer) => ({ peerKind: isName(peer) ? "fqdn" : "cidr", peer }));
}

function portsOf(port: PackRule["port"], answers: PackAnswers): { from: number; to: number }[] {
  if (typeof port === "number") return [{ from: port, to: port }];
  const answered = answers[port.ask satisfies PortQuestion] ?? [];
  if (answered.length === 0) return [{ from: port.otherwise, to: port.otherwise }];
  return answered.map((text) => {
    const reading = readPorts(text);
    if (!reading.ok) throw new Error(`A stored answer cannot be read: ${reading.problem}`);
    return reading.value;
  });
}

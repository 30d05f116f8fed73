import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { type PackQuestion, type PackRule, type RulePack, rulePackFor } from "./packs.ts";
import { normalTraffic, relate, type Traffic } from "./policy.ts";
import type { Carrier } from "./schema.ts";
import type { SetBook } from "./sets/book.ts";

export type PackAnswers = Record<PackQuestion, readonly Pick<Traffic, "peerKind" | "peer">[]>;

/** A rule that the pack would add. */
export interface DraftRule extends Traffic {
  carriedBy: Carrier;
  hosts: readonly string[];
  purpose: string;
  without: string;
}

export interface PackDraft {
  pack: RulePack;
  toAdd: DraftRule[];
  /** Open already, by a rule of the deployment. */
  present: DraftRule[];
  /** Left out, because the question it hangs on has no answer. */
  leftOut: PackRule[];
}

/** What applying the mode's pack would do, given the site's answers and the traffic open already. */
export function draftPack(
  mode: DeploymentMode,
  answers: PackAnswers,
  open: readonly Traffic[],
  sets: SetBook,
): PackDraft {
  const draft: PackDraft = { pack: rulePackFor(mode), toAdd: [], present: [], leftOut: [] };
  const known = open.map((traffic) => normalTraffic(traffic, sets));
  for (const packRule of draft.pack.rules) {
    const peers = peersOf(packRule, answers);
    if (peers.length === 0) draft.leftOut.push(packRule);
    for (const peer of peers) {
      const rule = draftRule(packRule, peer);
      const normal = normalTraffic(rule, sets);
      const isOpen = known.some((other) => ["same", "covered"].includes(relate(normal, other)));
      (isOpen ? draft.present : draft.toAdd).push(rule);
      if (!isOpen) known.push(normal);
    }
  }
  return draft;
}

function peersOf({ peer }: PackRule, answers: PackAnswers): readonly Pick<Traffic, "peerKind" | "peer">[] {
  return "set" in peer ? [{ peerKind: "address_set", peer: peer.set }] : answers[peer.ask];
}

function draftRule(rule: PackRule, peer: Pick<Traffic, "peerKind" | "peer">): DraftRule {
  const { direction, protocol, port, carriedBy, hosts, purpose, without } = rule;
  return { direction, protocol, portFrom: port, portTo: port, ...peer, carriedBy, hosts, purpose, without };
}

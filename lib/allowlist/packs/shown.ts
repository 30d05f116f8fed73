import { BUILT_IN_SETS } from "../sets/built-in.ts";
import type { PackRule, PackVersion, RulePack } from "./pack.ts";
import { QUESTIONS } from "./questions.ts";

/** A door of a pack before it is anybody's, as people read it. */
export interface ShownDoor {
  id: string;
  direction: PackRule["direction"];
  /** "TCP 443" */
  traffic: string;
  /** "Cloudflare", or what the site is asked for. */
  peer: string;
  /** The site says it, or the door is left out. */
  asked: boolean;
  hosts: string[];
  byBrowser: boolean;
  purpose: string;
  without: string;
  /** Against the version before. */
  since: "new" | "kept";
}

export interface ShownVersion extends Omit<PackVersion, "rules"> {
  doors: ShownDoor[];
  /** Doors of the version before that this one gives up. */
  givenUp: ShownDoor[];
}

/** Every version, newest first, each with what is different in it from the one before. */
export function shownVersions({ versions }: Pick<RulePack, "versions">): ShownVersion[] {
  return versions
    .map(({ rules, ...facts }, index) => {
      const before = versions[index - 1]?.rules ?? [];
      const doors = rules.map((rule, at) =>
        shownDoor(rule, at, index > 0 && !holds(before, rule) ? "new" : "kept"),
      );
      const gone = before.filter((rule) => !holds(rules, rule));
      return { ...facts, doors, givenUp: gone.map((rule, at) => shownDoor(rule, at, "kept")) };
    })
    .toReversed();
}

function holds(rules: readonly PackRule[], rule: PackRule): boolean {
  return rules.some((other) => JSON.stringify(sortedFacts(other)) === JSON.stringify(sortedFacts(rule)));
}

/** What a firewall would see of it; the words about it may change. */
function sortedFacts({ direction, protocol, port, peer, carriedBy, hosts, moreHosts }: PackRule) {
  return [direction, protocol, port, peer, carriedBy, [...hosts].sort(), moreHosts ?? null];
}

export function shownDoor(rule: PackRule, index: number, since: ShownDoor["since"] = "kept"): ShownDoor {
  const { direction, protocol, port, peer, hosts, moreHosts, carriedBy, purpose, without } = rule;
  return {
    ...{ id: String(index), direction, purpose, without, since },
    traffic: `${protocol.toUpperCase()} ${typeof port === "number" ? port : port.otherwise}`,
    peer: "set" in peer ? setName(peer.set) : QUESTIONS[peer.ask].label,
    asked: "ask" in peer,
    hosts: [...hosts, ...(moreHosts ? [QUESTIONS[moreHosts].label.toLowerCase()] : [])],
    byBrowser: carriedBy === "user_browser",
  };
}

/** A pack names only sets that this version of the console brings along. */
function setName(slug: string): string {
  return BUILT_IN_SETS.find((set) => set.slug === slug)?.name ?? slug;
}

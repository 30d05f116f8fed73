import "server-only";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { listRules, type RuleRow } from "#lib/allowlist/queries.ts";
import { RULE_LIST } from "#lib/allowlist/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import type { Setup } from "../setup.ts";

/** What a door of the vendor's rule packs is for: the portal has words for these in every language. */
export type DoorKind = "api" | "browser_out" | "browser_back" | "senders" | "dns" | "time";

export interface Door {
  id: string;
  direction: "egress" | "ingress";
  byBrowser: boolean;
  /** "tcp 443 → Cloudflare", as network teams write it. */
  opens: string;
  names: string[];
  /** Null where somebody wrote the rule by hand: then its purpose is in their own words. */
  kind: DoorKind | null;
  purpose: string;
  expired: boolean;
  expiresAt: Date | null;
  /** The whole of it in plain text, for a ticket. */
  text: string;
}

export interface Doors {
  doors: Door[];
  more: number;
}

const SHOWN_MAX = 100;

/** The doors of the set-up's deployment: they are the site's and not one organization's. */
export async function listDoors({ actor, deploymentId }: Setup): Promise<Doors> {
  const query = { ...parseListQuery({ sort: "direction" }, RULE_LIST), pageSize: SHOWN_MAX };
  const { rows, total } = await listRules(actor, deploymentId, query);
  return { doors: rows.map(doorOf), more: total - rows.length };
}

/** The formats that a door list is given out in, by what they are for. */
export function listFormats(): { id: string; name: string; group: (typeof FORMATS)[number]["group"] }[] {
  return FORMATS.map(({ id, name, group }) => ({ id, name, group }));
}

function doorOf(rule: RuleRow): Door {
  const { id, direction, carriedBy, protocol, ports, hosts, purpose, state, expiresAt } = rule;
  const to = direction === "egress" ? "→" : "←";
  const opens = [protocol, ports, to, rule.peerName].filter(Boolean).join(" ");
  const names = hosts.length > 0 ? [`(${hosts.join(", ")})`] : [];
  return {
    ...{ id, direction, byBrowser: carriedBy === "user_browser", opens, names: [...hosts] },
    ...{ kind: kindOf(rule), purpose, expired: state === "expired", expiresAt },
    text: [rule.text, ...names, `${purpose}.`.replace(/\.\.$/, "."), id].join(" "),
  };
}

/** Only of rules that came from a pack: of others nobody knows what they are for but who wrote them. */
function kindOf({ pack, direction, peerKind, portFrom }: RuleRow): DoorKind | null {
  if (pack === "sign-in-pages" && direction === "ingress") return "browser_back";
  const kind = pack === null ? undefined : KINDS[pack];
  // One that was changed by hand since may be for something else.
  const isUsual =
    kind === "dns" ? portFrom === 53 : kind === "time" ? portFrom === 123 : peerKind === "address_set";
  return kind && isUsual ? kind : null;
}

/** By the pack that a rule is filed under: what several need stands under the first of them. */
const KINDS: Readonly<Record<string, DoorKind>> = {
  "sign-in": "api",
  "events-polling": "api",
  "directory-sync": "api",
  "sign-in-pages": "browser_out",
  "admin-portal": "browser_out",
  webhooks: "senders",
  actions: "senders",
  "log-streams": "senders",
  dns: "dns",
  time: "time",
};

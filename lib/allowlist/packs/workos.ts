import type { RulePack } from "./pack.ts";

const NO_WORKOS_BEHIND_AN_AIR_GAP = {
  not: "WorkOS cannot be reached across an air gap: the offline identity service does this at the site.",
} as const;

/** What WorkOS carries is wanted wherever it can be reached. */
export const USUAL: RulePack["modes"] = {
  connected: "usual",
  restricted: "usual",
  air_gapped: NO_WORKOS_BEHIND_AN_AIR_GAP,
};

/** What WorkOS starts from its side. */
export function sentByWorkos(connected: "usual" | "offered", instead: string): RulePack["modes"] {
  return {
    connected,
    restricted: { not: `WorkOS starts no connection into a restricted site. ${instead}` },
    air_gapped: NO_WORKOS_BEHIND_AN_AIR_GAP,
  };
}

/** To WorkOS's API. What several capabilities ask of it passes by one and the same door. */
export const TO_API = {
  direction: "egress",
  protocol: "tcp",
  port: 443,
  peer: { set: "cloudflare" },
  carriedBy: "application",
  hosts: ["api.workos.com"],
} as const;

/** To WorkOS's pages, from the browsers of people inside. */
export const BROWSERS_OUT = {
  direction: "egress",
  protocol: "tcp",
  port: 443,
  peer: { set: "cloudflare" },
  carriedBy: "user_browser",
} as const;

/** From WorkOS's nine fixed addresses. */
export const FROM_WORKOS = {
  direction: "ingress",
  protocol: "tcp",
  port: 443,
  peer: { set: "workos-senders" },
  carriedBy: "application",
  hosts: [],
} as const;

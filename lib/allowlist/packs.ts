import type { DeploymentMode, RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import type { Carrier } from "./schema.ts";

/** What only the site knows, asked when a pack is applied. Left empty, its rules are left out. */
export const PACK_QUESTIONS = {
  dnsResolvers: {
    label: "DNS resolvers beyond the boundary",
    hint: "Their addresses. Leave empty if the site's own resolver answers.",
    names: false,
  },
  timeServers: {
    label: "Time servers beyond the boundary",
    hint: "Addresses or names. Leave empty if the site keeps its own time.",
    names: true,
  },
  userNetworks: {
    label: "Networks people sign in from",
    hint: "Only those outside the boundary. Leave empty if everybody is inside.",
    names: false,
  },
} as const satisfies Record<string, { label: string; hint: string; names: boolean }>;
export type PackQuestion = keyof typeof PACK_QUESTIONS;

export interface PackRule {
  direction: RuleDirection;
  protocol: RuleProtocol;
  port: number;
  peer: { set: string } | { ask: PackQuestion };
  carriedBy: Carrier;
  hosts: readonly string[];
  purpose: string;
  /** What stops working without it. */
  without: string;
}

export interface RulePack {
  id: string;
  version: number;
  name: string;
  summary: string;
  rules: readonly PackRule[];
}

const API: PackRule = {
  direction: "egress",
  protocol: "tcp",
  port: 443,
  peer: { set: "cloudflare" },
  carriedBy: "application",
  hosts: ["api.workos.com"],
  purpose: "Call the WorkOS API: exchange sign-in codes, read directories, poll events",
  without: "Nobody can sign in, and no event arrives.",
};

const BROWSER_OUT: PackRule = {
  direction: "egress",
  protocol: "tcp",
  port: 443,
  peer: { set: "cloudflare" },
  carriedBy: "user_browser",
  hosts: ["auth.workos.com", "setup.workos.com", "cdn.workos.com"],
  purpose: "Open WorkOS's sign-in pages and Admin Portal in people's browsers",
  without: "People inside the boundary cannot reach the sign-in page.",
};

const BROWSER_BACK: PackRule = {
  direction: "ingress",
  protocol: "tcp",
  port: 443,
  peer: { ask: "userNetworks" },
  carriedBy: "user_browser",
  hosts: [],
  purpose:
    "Return from sign-in to the application. WorkOS files this under Cloudflare's ranges; users' browsers carry it",
  without: "People outside the boundary cannot come back from sign-in. People inside need no rule.",
};

const SENDERS: PackRule = {
  direction: "ingress",
  protocol: "tcp",
  port: 443,
  peer: { set: "workos-senders" },
  carriedBy: "application",
  hosts: [],
  purpose: "Receive webhooks, Actions and log streams from WorkOS",
  without: "Webhooks, Actions and log streams do not arrive. Polling the Events API still works.",
};

const DNS = (["udp", "tcp"] as const).map(
  (protocol): PackRule => ({
    direction: "egress",
    protocol,
    port: 53,
    peer: { ask: "dnsResolvers" },
    carriedBy: "application",
    hosts: [],
    purpose:
      protocol === "udp" ? "Resolve names (DNS)" : "Resolve names whose answers are long (DNS over TCP)",
    without:
      "No name resolves unless a resolver inside answers, and every other egress rule is then useless.",
  }),
);

const TIME: PackRule = {
  direction: "egress",
  protocol: "udp",
  port: 123,
  peer: { ask: "timeServers" },
  carriedBy: "application",
  hosts: [],
  purpose: "Keep the clock right (NTP)",
  without: "When the clock drifts, tokens and SAML responses are refused.",
};

const PACKS: Record<DeploymentMode, RulePack> = {
  connected: {
    id: "workos-connected",
    version: 1,
    name: "WorkOS, connected",
    summary: "Calls to WorkOS, webhooks from it, and what browsers carry.",
    rules: [API, BROWSER_OUT, BROWSER_BACK, SENDERS, ...DNS, TIME],
  },
  restricted: {
    id: "workos-restricted",
    version: 1,
    name: "WorkOS, restricted",
    summary: "Calls to WorkOS only. Events are polled, so WorkOS never starts a connection into the site.",
    rules: [API, BROWSER_OUT, BROWSER_BACK, ...DNS, TIME],
  },
  air_gapped: {
    id: "air-gapped",
    version: 1,
    name: "Air-gapped",
    summary: "Nothing passes. Sign-in is local, and bundles are carried by hand.",
    rules: [],
  },
};

/** The rules that this mode's capabilities need. */
export function rulePackFor(mode: DeploymentMode): RulePack {
  return PACKS[mode];
}

export function packName(id: string): string {
  return Object.values(PACKS).find((pack) => pack.id === id)?.name ?? id;
}

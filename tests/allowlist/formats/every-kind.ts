import type { ExportRule } from "#lib/allowlist/formats/normal-form.ts";

export const NOW = new Date("2026-11-24T08:00:00Z");
export const DEPLOYMENT = {
  id: "dep_1",
  name: "Frankfurt",
  mode: "connected" as const,
  customerName: "Nordbank",
};

/** One rule, as a test needs it. */
export function rule(over: Partial<ExportRule> = {}): ExportRule {
  return {
    id: "rule_01",
    direction: "egress",
    protocol: "tcp",
    portFrom: 443,
    portTo: 443,
    peerKind: "cidr",
    peer: "203.0.113.0/24",
    carriedBy: "application",
    hosts: [],
    purpose: "Reach the partner's API",
    ownerName: "Network team",
    ticket: "NET-1",
    pack: null,
    expiresAt: null,
    retiredAt: null,
    ...over,
  };
}

/** Rules of every kind of traffic, peer and fact. */
export const EVERY_KIND: readonly ExportRule[] = [
  rule(),
  rule({ id: "rule_02", peer: "2001:db8::/32", portFrom: 8000, portTo: 8100 }),
  rule({ id: "rule_03", peerKind: "address_set", peer: "cloudflare", hosts: ["api.workos.com"] }),
  rule({ id: "rule_04", direction: "ingress", peerKind: "address_set", peer: "workos-senders" }),
  rule({ id: "rule_05", peerKind: "fqdn", peer: "*.example.com" }),
  rule({ id: "rule_06", protocol: "icmp", portFrom: null, portTo: null, peer: "0.0.0.0/0" }),
  rule({ id: "rule_07", protocol: "icmp", portFrom: null, portTo: null, peer: "::/0" }),
  rule({
    id: "rule_08",
    protocol: "udp",
    portFrom: 1,
    portTo: 65535,
    expiresAt: new Date("2026-12-24T00:00:00Z"),
  }),
  rule({
    id: "rule_09",
    direction: "ingress",
    carriedBy: "user_browser",
    peer: "198.51.100.0/24",
    purpose: 'A "purpose"\n\tflush ruleset; # no',
  }),
];

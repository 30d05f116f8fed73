import {
  type AllowlistFormat,
  expressible,
  FAMILIES,
  heading,
  oneLine,
  portsOf,
  spanText,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** Firewall rules of Google Cloud's VPC, as its API takes them. A rule there holds one family, so that some become two. */
export const gcpFirewall: AllowlistFormat = {
  id: "gcp-firewall",
  name: "Google Cloud firewall",
  group: "cloud",
  ending: "gcp.json",
  type: "application/json",
  cannot: ["names", "expiry"],
  render: (allowlist) => {
    const document = {
      about: heading(allowlist, gcpFirewall, "").map((line) => line.trim()),
      firewalls: [...expressible(allowlist, gcpFirewall).flatMap(firewalls), ...DENIALS],
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

function firewalls(rule: ExportedRule): object[] {
  const ports = portsOf(rule);
  return FAMILIES.flatMap((family) => {
    const peers = rule.networks[family];
    if (peers.length === 0) return [];
    const protocol = rule.protocol === "icmp" && family === 6 ? "58" : rule.protocol; // 58: ICMP on IPv6, by its number
    const allowed = ports
      ? {
          IPProtocol: protocol,
          ports: [spanText(ports)],
        }
      : { IPProtocol: protocol };
    return [
      {
        name: `sp-${rule.id.toLowerCase().replace(/[^a-z0-9]/g, "-")}-v${family}`,
        description: oneLine(rule.purpose).slice(0, 2_048),
        direction: rule.direction.toUpperCase(),
        priority: 1_000,
        [rule.direction === "egress" ? "destinationRanges" : "sourceRanges"]: peers,
        allowed: [allowed],
        logConfig: { enable: true },
      },
    ];
  });
}

const DENIALS = (["egress", "ingress"] as const).flatMap((direction) =>
  FAMILIES.map((family) => ({
    name: `sp-deny-${direction}-v${family}`,
    direction: direction.toUpperCase(),
    priority: 65_534,
    [direction === "egress" ? "destinationRanges" : "sourceRanges"]: [family === 4 ? "0.0.0.0/0" : "::/0"],
    denied: [{ IPProtocol: "all" }],
    logConfig: { enable: true },
  })),
);

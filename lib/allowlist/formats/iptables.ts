import type { Family } from "#lib/shared/addresses.ts";
import { type AllowlistFormat, aboutRule, expressible, heading, portsOf } from "./format.ts";
import type { ExportedAllowlist, ExportedRule } from "./normal-form.ts";

/** For `iptables-restore`. */
export const iptables: AllowlistFormat = {
  id: "iptables",
  name: "iptables-save (IPv4)",
  group: "host",
  ending: "v4.rules",
  type: "text/plain; charset=utf-8",
  cannot: ["names", "expiry", "ipv4"],
  render: (allowlist) => render(allowlist, iptables, 4),
};

/** For `ip6tables-restore`. */
export const ip6tables: AllowlistFormat = {
  id: "ip6tables",
  name: "iptables-save (IPv6)",
  group: "host",
  ending: "v6.rules",
  type: "text/plain; charset=utf-8",
  cannot: ["names", "expiry", "ipv6"],
  render: (allowlist) => render(allowlist, ip6tables, 6),
};

const USAGE = [
  "Your own SSH session is dropped too: add what you manage this machine by before you load it.",
  "On a router, let FORWARD jump to SALLYPORT-EGRESS and SALLYPORT-INGRESS by the interface that faces outside.",
];

function render(allowlist: ExportedAllowlist, format: AllowlistFormat, family: Family): string {
  const rules = expressible(allowlist, format);
  const chain = (direction: ExportedRule["direction"]) =>
    rules.filter((rule) => rule.direction === direction).flatMap((rule) => ruleLines(rule, family));
  return [
    ...heading(allowlist, format, "#", USAGE),
    "*filter",
    ":INPUT DROP [0:0]",
    ":FORWARD DROP [0:0]",
    ":OUTPUT DROP [0:0]",
    ":SALLYPORT-ALWAYS - [0:0]",
    ":SALLYPORT-EGRESS - [0:0]",
    ":SALLYPORT-INGRESS - [0:0]",
    ":SALLYPORT-REFUSE - [0:0]",
    "-A INPUT -i lo -j ACCEPT",
    "-A INPUT -j SALLYPORT-ALWAYS",
    "-A INPUT -j SALLYPORT-INGRESS",
    "-A INPUT -j SALLYPORT-REFUSE",
    "-A FORWARD -j SALLYPORT-ALWAYS",
    "-A FORWARD -j SALLYPORT-REFUSE",
    "-A OUTPUT -o lo -j ACCEPT",
    "-A OUTPUT -j SALLYPORT-ALWAYS",
    "-A OUTPUT -j SALLYPORT-EGRESS",
    "-A OUTPUT -j SALLYPORT-REFUSE",
    "-A SALLYPORT-ALWAYS -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
    "-A SALLYPORT-ALWAYS -m conntrack --ctstate INVALID -j DROP",
    ...(family === 6 ? NEIGHBOURS : []),
    ...chain("egress"),
    ...chain("ingress"),
    '-A SALLYPORT-REFUSE -m limit --limit 10/second --limit-burst 20 -j LOG --log-prefix "sallyport refused: "',
    "-A SALLYPORT-REFUSE -j DROP",
    "COMMIT",
    "",
  ].join("\n");
}

// Neighbour discovery is what ARP is on IPv4. It never leaves the link: routers do not forward a hop limit below 255.
const NEIGHBOURS = [133, 134, 135, 136].map(
  (type) => `-A SALLYPORT-ALWAYS -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -m hl --hl-eq 255 -j ACCEPT`,
);

function ruleLines(rule: ExportedRule, family: Family): string[] {
  const chain = rule.direction === "egress" ? "SALLYPORT-EGRESS -d" : "SALLYPORT-INGRESS -s";
  const ports = portsOf(rule);
  const service = ports
    ? `-p ${rule.protocol} -m ${rule.protocol} --dport ${ports.from}:${ports.to}`
    : `-p ${family === 4 ? "icmp" : "ipv6-icmp"}`;
  return [
    ...aboutRule(rule).map((text) => `# ${text}`),
    ...rule.networks[family].map(
      (cidr) => `-A ${chain} ${cidr} ${service} -m comment --comment "${rule.id}" -j ACCEPT`,
    ),
  ];
}

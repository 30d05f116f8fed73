import type { Family } from "#lib/shared/addresses.ts";
import { type AllowlistFormat, aboutRule, expressible, FAMILIES, heading, portsOf } from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** For pf of OpenBSD and FreeBSD; loads with `pfctl -f`. */
export const pf: AllowlistFormat = {
  id: "pf",
  name: "pf",
  group: "host",
  ending: "pf.conf",
  type: "text/plain; charset=utf-8",
  cannot: ["names", "expiry"],
  render: (allowlist) =>
    [
      ...heading(allowlist, pf, "#", [
        "Your own SSH session is dropped too: add what you manage this machine by.",
      ]),
      "set skip on lo",
      "block drop log all",
      // What ARP is on IPv4. Nothing on IPv6 works without it.
      "pass quick inet6 proto icmp6 all icmp6-type { routersol, routeradv, neighbrsol, neighbradv }",
      ...expressible(allowlist, pf).flatMap(ruleLines),
      "",
    ].join("\n"),
};

function ruleLines(rule: ExportedRule): string[] {
  return [
    ...aboutRule(rule).map((text) => `# ${text}`),
    ...FAMILIES.flatMap((family) => (rule.networks[family].length > 0 ? [passLine(rule, family)] : [])),
  ];
}

function passLine(rule: ExportedRule, family: Family): string {
  const peers = `{ ${rule.networks[family].join(", ")} }`;
  const [direction, addresses] =
    rule.direction === "egress" ? ["out", `from any to ${peers}`] : ["in", `from ${peers} to any`];
  const ports = portsOf(rule);
  const protocol = ports ? rule.protocol : family === 4 ? "icmp" : "icmp6";
  const service = ports ? ` port ${ports.from}:${ports.to}` : "";
  return `pass ${direction} quick ${family === 4 ? "inet" : "inet6"} proto ${protocol} ${addresses}${service} keep state label "${rule.id}"`;
}

import {
  type AllowlistFormat,
  aboutRule,
  expressible,
  FAMILIES,
  heading,
  plainText,
  portsOf,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** A PowerShell script for Windows Defender Firewall. */
export const windows: AllowlistFormat = {
  id: "windows",
  name: "Windows Firewall (PowerShell)",
  group: "host",
  ending: "ps1",
  type: "text/plain; charset=utf-8",
  cannot: ["names", "expiry"],
  render: (allowlist) =>
    [
      ...heading(allowlist, windows, "#", [
        "Run as administrator. Rules of other groups stay: what they allow passes too. Remote Desktop is blocked with the rest.",
      ]),
      "$ErrorActionPreference = 'Stop'",
      "Remove-NetFirewallRule -Group 'Sallyport' -ErrorAction SilentlyContinue",
      ...expressible(allowlist, windows).flatMap(ruleLines),
      "Set-NetFirewallProfile -All -Enabled True -DefaultOutboundAction Block -DefaultInboundAction Block -LogBlocked True",
      "",
    ].join("\r\n"),
};

function ruleLines(rule: ExportedRule): string[] {
  const ports = portsOf(rule);
  const egress = rule.direction === "egress";
  // ICMP is two protocols here; for the others one rule takes both families.
  const parts = ports
    ? [
        {
          name: rule.id,
          protocol: rule.protocol.toUpperCase(),
          networks: FAMILIES.flatMap((family) => rule.networks[family]),
        },
      ]
    : FAMILIES.map((family) => ({
        name: `${rule.id}-v${family}`,
        protocol: `ICMPv${family}`,
        networks: [...rule.networks[family]],
      }));
  return [
    ...aboutRule(rule).map((text) => `# ${text}`),
    ...parts
      .filter(({ networks }) => networks.length > 0)
      .map(({ name, protocol, networks }) =>
        [
          "New-NetFirewallRule -Group 'Sallyport'",
          `-Name '${name}' -DisplayName '${plainText(rule.purpose, 200)}'`,
          `-Direction ${egress ? "Outbound" : "Inbound"} -Action Allow -Protocol ${protocol}`,
          `-RemoteAddress ${networks.map((cidr) => `'${cidr}'`).join(",")}`,
          ...(ports ? [`-${egress ? "Remote" : "Local"}Port ${ports.from}-${ports.to}`] : []),
        ].join(" "),
      ),
  ];
}

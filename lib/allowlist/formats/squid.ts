import { type AllowlistFormat, aboutRule, expressible, FAMILIES, heading, portsOf } from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** For a Squid that every client has to use: CONNECT tunnels only, to what the rules name. */
export const squid: AllowlistFormat = {
  id: "squid",
  name: "Squid",
  group: "proxy",
  ending: "squid.conf",
  type: "text/plain; charset=utf-8",
  cannot: ["ingress", "udp", "icmp", "expiry"],
  render: (allowlist) =>
    [
      ...heading(allowlist, squid, "#", [
        "Include it from squid.conf in place of every http_access line there.",
      ]),
      "acl sp_connect method CONNECT",
      ...expressible(allowlist, squid).flatMap(ruleLines),
      "http_access deny all",
      "",
    ].join("\n"),
};

function ruleLines(rule: ExportedRule): string[] {
  const acl = `sp_${rule.id.replace(/[^A-Za-z0-9]/g, "_")}`;
  const ports = portsOf(rule);
  const networks = FAMILIES.flatMap((family) => rule.networks[family]);
  return [
    ...aboutRule(rule).map((text) => `# ${text}`),
    ...(rule.peerKind === "fqdn"
      ? [nameAcl(acl, rule.peer)]
      : networks.map((cidr) => `acl ${acl}_peer dst ${cidr}`)),
    `acl ${acl}_port port ${ports?.from}-${ports?.to}`,
    `http_access allow sp_connect ${acl}_peer ${acl}_port`,
  ];
}

/** `dstdomain .example.com` would stand for every depth and the domain itself: a wildcard here is one label. */
function nameAcl(acl: string, name: string): string {
  if (!name.startsWith("*.")) return `acl ${acl}_peer dstdomain ${name}`;
  return `acl ${acl}_peer dstdom_regex -i ^[^.]+\\.${name.slice(2).replaceAll(".", "\\.")}$`;
}

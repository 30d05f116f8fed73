import {
  type AllowlistFormat,
  DIRECTIONS,
  expressible,
  FAMILIES,
  heading,
  oneLine,
  portsOf,
  splitCidr,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** Network RBAC filters for Envoy, one for the listeners of each direction. Names are those of the TLS handshake. */
export const envoy: AllowlistFormat = {
  id: "envoy",
  name: "Envoy",
  group: "proxy",
  ending: "envoy.yaml",
  type: "application/yaml",
  cannot: ["udp", "icmp", "expiry"],
  render: (allowlist) => {
    const rules = expressible(allowlist, envoy);
    return [
      ...heading(allowlist, envoy, "#", [
        "Each is a filter of a listener's filter chain, before tcp_proxy; names need the tls_inspector listener filter.",
      ]),
      ...DIRECTIONS.flatMap((direction) =>
        filter(
          direction,
          rules.filter((rule) => rule.direction === direction),
        ),
      ),
      "",
    ].join("\n");
  },
};

function filter(direction: ExportedRule["direction"], rules: readonly ExportedRule[]): string[] {
  return [
    `${direction}:`,
    "  name: envoy.filters.network.rbac",
    "  typed_config:",
    '    "@type": type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC',
    `    stat_prefix: sallyport_${direction}`,
    "    rules:",
    "      action: ALLOW",
    `      policies:${rules.length === 0 ? " {}" : ""}`,
    ...rules.flatMap(policy),
  ];
}

function policy(rule: ExportedRule): string[] {
  const ports = portsOf(rule);
  const peers =
    rule.peerKind === "fqdn"
      ? [serverName(rule.peer)]
      : FAMILIES.flatMap((family) => rule.networks[family]).map((cidr) => {
          const { address, prefix } = splitCidr(cidr);
          const kind = rule.direction === "egress" ? "destination_ip" : "remote_ip";
          return `{ ${kind}: { address_prefix: "${address}", prefix_len: ${prefix} } }`;
        });
  // The end of a port range is not in it.
  const port = `{ destination_port_range: { start: ${ports?.from}, end: ${(ports?.to ?? 0) + 1} } }`;
  const egress = rule.direction === "egress";
  return [
    `        # ${oneLine(rule.purpose)}`,
    `        "${rule.id}":`,
    "          permissions:",
    "            - and_rules:",
    "                rules:",
    `                  - ${port}`,
    ...(egress ? ["                  - or_rules:", "                      rules:"] : []),
    ...(egress ? peers.map((peer) => `                        - ${peer}`) : []),
    "          principals:",
    ...(egress ? ["            - any: true"] : peers.map((peer) => `            - ${peer}`)),
  ];
}

function serverName(name: string): string {
  if (!name.startsWith("*.")) return `{ requested_server_name: { exact: "${name}" } }`;
  const pattern = `^[^.]+\\\\.${name.slice(2).replaceAll(".", "\\\\.")}$`;
  return `{ requested_server_name: { safe_regex: { regex: "${pattern}" } } }`;
}

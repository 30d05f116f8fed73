import {
  type AllowlistFormat,
  aboutRule,
  DIRECTIONS,
  expressible,
  FAMILIES,
  heading,
  portsOf,
} from "./format.ts";
import type { ExportedAllowlist, ExportedRule } from "./normal-form.ts";

/** A NetworkPolicy for every pod of one namespace. Naming both directions is what denies the rest. */
export const networkPolicy: AllowlistFormat = {
  id: "kubernetes",
  name: "Kubernetes NetworkPolicy",
  group: "container",
  ending: "networkpolicy.yaml",
  type: "application/yaml",
  cannot: ["names", "expiry", "icmp"],
  render: (allowlist) =>
    [
      ...heading(allowlist, networkPolicy, "#", [
        "Pods then resolve no names unless a rule below opens DNS.",
      ]),
      "apiVersion: networking.k8s.io/v1",
      "kind: NetworkPolicy",
      ...metadata(allowlist),
      "spec:",
      "  podSelector: {}",
      "  policyTypes: [Egress, Ingress]",
      ...DIRECTIONS.flatMap((direction) => [
        `  ${direction}:${ofDirection(allowlist, networkPolicy, direction).length === 0 ? " []" : ""}`,
        ...ofDirection(allowlist, networkPolicy, direction).flatMap((rule) => {
          const peers = FAMILIES.flatMap((family) => rule.networks[family]);
          return [
            ...aboutRule(rule).map((text) => `    # ${text}`),
            `    - ${direction === "egress" ? "to" : "from"}:`,
            ...peers.map((cidr) => `        - ipBlock: { cidr: "${cidr}" }`),
            "      ports:",
            `        - { protocol: ${rule.protocol.toUpperCase()}, port: ${portsOf(rule)?.from}, endPort: ${portsOf(rule)?.to} }`,
          ];
        }),
      ]),
      "",
    ].join("\n"),
};

/** A CiliumNetworkPolicy for every pod of one namespace. It matches names, wildcards of one label as well. */
export const ciliumPolicy: AllowlistFormat = {
  id: "cilium",
  name: "CiliumNetworkPolicy",
  group: "container",
  ending: "cilium.yaml",
  type: "application/yaml",
  cannot: ["expiry", "icmp"],
  render: (allowlist) => {
    const egress = ofDirection(allowlist, ciliumPolicy, "egress");
    const ingress = ofDirection(allowlist, ciliumPolicy, "ingress");
    return [
      ...heading(allowlist, ciliumPolicy, "#", [
        "Names are learned from the cluster's own DNS, which the last egress entry opens for that alone.",
      ]),
      "apiVersion: cilium.io/v2",
      "kind: CiliumNetworkPolicy",
      ...metadata(allowlist),
      "spec:",
      "  endpointSelector: {}",
      "  enableDefaultDeny: { egress: true, ingress: true }",
      "  egress:",
      ...egress.flatMap((rule) => ciliumEntry(rule)),
      ...(egress.some((rule) => rule.peerKind === "fqdn") ? CLUSTER_DNS : ["    - {}"]),
      "  ingress:",
      ...ingress.flatMap((rule) => ciliumEntry(rule)),
      ...(ingress.length === 0 ? ["    - {}"] : []),
      "",
    ].join("\n");
  },
};

function ofDirection(
  allowlist: ExportedAllowlist,
  format: AllowlistFormat,
  direction: ExportedRule["direction"],
): ExportedRule[] {
  return expressible(allowlist, format).filter((rule) => rule.direction === direction);
}

function metadata({ deployment, digest }: ExportedAllowlist): string[] {
  return [
    "metadata:",
    `  name: sallyport-${deployment.id.toLowerCase().replace(/[^a-z0-9]/g, "-")}`,
    `  annotations: { "sallyport/content-sha256": "${digest}" }`,
  ];
}

// An empty entry lets nothing pass, and its list is not empty: which is what switches the denial on.
const CLUSTER_DNS = [
  "    - toEndpoints:",
  '        - matchLabels: { "k8s:io.kubernetes.pod.namespace": kube-system, "k8s:k8s-app": kube-dns }',
  "      toPorts:",
  '        - ports: [{ port: "53", protocol: ANY }]',
  '          rules: { dns: [{ matchPattern: "*" }] }',
];

function ciliumEntry(rule: ExportedRule): string[] {
  const ports = portsOf(rule);
  const peers =
    rule.peerKind === "fqdn"
      ? [`    - toFQDNs: [{ ${rule.peer.startsWith("*.") ? "matchPattern" : "matchName"}: "${rule.peer}" }]`]
      : [
          `    - ${rule.direction === "egress" ? "toCIDRSet" : "fromCIDRSet"}:`,
          ...FAMILIES.flatMap((family) => rule.networks[family].map((cidr) => `        - cidr: "${cidr}"`)),
        ];
  return [
    ...aboutRule(rule).map((text) => `    # ${text}`),
    ...peers,
    "      toPorts:",
    `        - ports: [{ port: "${ports?.from}", endPort: ${ports?.to}, protocol: ${rule.protocol.toUpperCase()} }]`,
  ];
}

import { parse } from "yaml";
import type { Direction, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { nameOfRegex } from "./documents.ts";
import { opening, ports } from "./reading.ts";

interface PolicyEntry {
  to?: { ipBlock: { cidr: string } }[];
  from?: { ipBlock: { cidr: string } }[];
  ports: { protocol: string; port: number; endPort: number }[];
}

const DIRECTIONS = ["egress", "ingress"] as const;

export function readNetworkPolicy(file: string): TrafficRule[] {
  const { spec } = parse(file) as { spec: Record<Direction, PolicyEntry[] | null> };
  return DIRECTIONS.flatMap((direction) =>
    (spec[direction] ?? []).flatMap((entry) =>
      entry.ports.flatMap(({ protocol, port, endPort }) =>
        opening({
          direction,
          protocol: protocol === "TCP" ? "tcp" : "udp",
          ports: ports(port, endPort),
          peers: (entry.to ?? entry.from ?? []).map(({ ipBlock }) => ipBlock.cidr),
        }),
      ),
    ),
  );
}

interface CiliumEntry {
  toCIDRSet?: { cidr: string }[];
  fromCIDRSet?: { cidr: string }[];
  toFQDNs?: { matchName?: string; matchPattern?: string }[];
  toPorts?: { ports: { port: string; endPort: number; protocol: string }[] }[];
}

export function readCilium(file: string): TrafficRule[] {
  const { spec } = parse(file) as { spec: Record<Direction, CiliumEntry[]> };
  return DIRECTIONS.flatMap((direction) =>
    spec[direction].flatMap((entry) => {
      const names = (entry.toFQDNs ?? []).map(
        ({ matchName, matchPattern }) => matchName ?? matchPattern ?? "",
      );
      const networks = (entry.toCIDRSet ?? entry.fromCIDRSet ?? []).map(({ cidr }) => cidr);
      return names.length + networks.length === 0
        ? []
        : (entry.toPorts ?? []).flatMap((each) =>
            each.ports.flatMap(({ port, endPort, protocol }) =>
              opening({
                direction,
                protocol: protocol === "TCP" ? "tcp" : "udp",
                ports: ports(port, endPort),
                peers: [...names, ...networks],
              }),
            ),
          );
    }),
  );
}

interface Matcher {
  destination_ip?: { address_prefix: string; prefix_len: number };
  remote_ip?: { address_prefix: string; prefix_len: number };
  requested_server_name?: { exact?: string; safe_regex?: { regex: string } };
  destination_port_range?: { start: number; end: number };
  or_rules?: { rules: Matcher[] };
  any?: boolean;
}

interface EnvoyFilter {
  typed_config: {
    rules: {
      policies: Record<string, { permissions: [{ and_rules: { rules: Matcher[] } }]; principals: Matcher[] }>;
    };
  };
}

export function readEnvoy(file: string): TrafficRule[] {
  const document = parse(file) as Record<Direction, EnvoyFilter>;
  return DIRECTIONS.flatMap((direction) =>
    Object.values(document[direction].typed_config.rules.policies).flatMap(({ permissions, principals }) => {
      const { rules } = permissions[0].and_rules;
      const range = rules.find(
        ({ destination_port_range }) => destination_port_range,
      )?.destination_port_range;
      const peers =
        direction === "egress" ? (rules.find(({ or_rules }) => or_rules)?.or_rules?.rules ?? []) : principals;
      return opening({
        direction,
        protocol: "tcp",
        ports: ports(range?.start ?? 0, (range?.end ?? 0) - 1),
        peers: peers.map(envoyPeer),
      });
    }),
  );
}

function envoyPeer({ destination_ip, remote_ip, requested_server_name }: Matcher): string {
  const address = destination_ip ?? remote_ip;
  if (address) return `${address.address_prefix}/${address.prefix_len}`;
  return requested_server_name?.exact ?? nameOfRegex(requested_server_name?.safe_regex?.regex ?? "");
}

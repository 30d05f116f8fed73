import type { Direction } from "#lib/shared/allowlist/traffic.ts";
import { opening, ports, protocolOf, type Reader, span } from "./reading.ts";

interface AwsPermission {
  IpProtocol: string;
  FromPort: number;
  ToPort: number;
  IpRanges?: { CidrIp: string }[];
  Ipv6Ranges?: { CidrIpv6: string }[];
}

export const awsJson: Reader = (file) => {
  const document = JSON.parse(file) as Record<"IpPermissions" | "IpPermissionsEgress", AwsPermission[]>;
  const read = (direction: Direction, permissions: AwsPermission[]) =>
    permissions.flatMap(({ IpProtocol, FromPort, ToPort, IpRanges = [], Ipv6Ranges = [] }) =>
      opening({
        direction,
        protocol: protocolOf(IpProtocol),
        ports: FromPort === -1 ? null : ports(FromPort, ToPort),
        peers: [...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)],
      }),
    );
  return [...read("egress", document.IpPermissionsEgress), ...read("ingress", document.IpPermissions)];
};

export const awsTerraform: Reader = (file) =>
  [...file.matchAll(/resource "aws_vpc_security_group_(egress|ingress)_rule" "\w+" \{\n([^}]*)\}/g)].flatMap(
    ([, direction, body = ""]) => {
      const value = (key: string) => new RegExp(`^  ${key} += "?([^"\\n]*)"?$`, "m").exec(body)?.[1] ?? "";
      return opening({
        direction: direction as Direction,
        protocol: protocolOf(value("ip_protocol")),
        ports: value("from_port") === "-1" ? null : ports(value("from_port"), value("to_port")),
        peers: [value("cidr_ipv4") || value("cidr_ipv6")],
      });
    },
  );

interface AzureRule {
  properties: {
    protocol: string;
    access: string;
    direction: string;
    destinationPortRange: string;
    sourceAddressPrefixes?: string[];
    destinationAddressPrefixes?: string[];
  };
}

export const azureNsg: Reader = (file) => {
  const document = JSON.parse(file) as { resources: [{ properties: { securityRules: AzureRule[] } }] };
  return document.resources[0].properties.securityRules
    .filter(({ properties }) => properties.access === "Allow")
    .flatMap(({ properties }) =>
      opening({
        direction: properties.direction === "Outbound" ? "egress" : "ingress",
        protocol: protocolOf(properties.protocol),
        ports: properties.destinationPortRange === "*" ? null : span(properties.destinationPortRange),
        peers: properties.destinationAddressPrefixes ?? properties.sourceAddressPrefixes ?? [],
      }),
    );
};

interface GcpFirewall {
  direction: string;
  allowed?: { IPProtocol: string; ports?: string[] }[];
  destinationRanges?: string[];
  sourceRanges?: string[];
}

export const gcpFirewall: Reader = (file) => {
  const { firewalls } = JSON.parse(file) as { firewalls: GcpFirewall[] };
  return firewalls.flatMap(({ direction, allowed = [], destinationRanges, sourceRanges }) =>
    allowed.flatMap(({ IPProtocol, ports: ranges }) =>
      (ranges ?? [null]).flatMap((range) =>
        opening({
          direction: direction === "EGRESS" ? "egress" : "ingress",
          protocol: protocolOf(IPProtocol),
          ports: range === null ? null : span(range),
          peers: destinationRanges ?? sourceRanges ?? [],
        }),
      ),
    ),
  );
};

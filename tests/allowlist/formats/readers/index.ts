import { checkPoint, fortigate, juniperSrx, paloAlto } from "./appliances.ts";
import { ciscoAsa, ciscoIos } from "./cisco.ts";
import { awsJson, awsTerraform, azureNsg, gcpFirewall } from "./clouds.ts";
import { csv, json, squid } from "./documents.ts";
import { iptables, nftables, pf, windows } from "./hosts.ts";
import type { Reader } from "./reading.ts";
import { readCilium, readEnvoy, readNetworkPolicy } from "./yaml.ts";

/** By the format's id. The External Dynamic List has none: it names addresses, and no traffic. */
export const READERS: Readonly<Record<string, Reader>> = {
  nftables,
  iptables,
  ip6tables: iptables,
  pf,
  windows,
  "cisco-asa": ciscoAsa,
  "cisco-ios": ciscoIos,
  "juniper-srx": juniperSrx,
  "palo-alto": paloAlto,
  fortigate,
  "check-point": checkPoint,
  "aws-json": awsJson,
  "aws-terraform": awsTerraform,
  "azure-nsg": azureNsg,
  "gcp-firewall": gcpFirewall,
  squid,
  kubernetes: readNetworkPolicy,
  cilium: readCilium,
  envoy: readEnvoy,
  csv,
  json,
};

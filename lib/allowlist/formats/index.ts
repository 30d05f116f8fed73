import { awsJson, awsTerraform } from "./aws.ts";
import { azureNsg } from "./azure.ts";
import { checkPoint } from "./check-point.ts";
import { ciscoAsa } from "./cisco-asa.ts";
import { ciscoIos } from "./cisco-ios.ts";
import { csv } from "./csv.ts";
import { envoy } from "./envoy.ts";
import type { AllowlistFormat } from "./format.ts";
import { fortigate } from "./fortigate.ts";
import { gcpFirewall } from "./gcp.ts";
import { ip6tables, iptables } from "./iptables.ts";
import { json } from "./json.ts";
import { juniperSrx } from "./juniper-srx.ts";
import { ciliumPolicy, networkPolicy } from "./kubernetes.ts";
import { nftables } from "./nftables.ts";
import { paloAlto, paloAltoList } from "./palo-alto.ts";
import { pf } from "./pf.ts";
import { squid } from "./squid.ts";
import { windows } from "./windows.ts";

/** Every format, in the order in which people are offered them. */
export const FORMATS: readonly AllowlistFormat[] = [
  nftables,
  iptables,
  ip6tables,
  pf,
  windows,
  ciscoAsa,
  ciscoIos,
  juniperSrx,
  paloAlto,
  paloAltoList,
  fortigate,
  checkPoint,
  awsJson,
  awsTerraform,
  azureNsg,
  gcpFirewall,
  networkPolicy,
  ciliumPolicy,
  squid,
  envoy,
  csv,
  json,
];

import type { Family } from "#lib/shared/addresses.ts";
import {
  type AllowlistFormat,
  expressible,
  FAMILIES,
  heading,
  netmask,
  objectName,
  plainText,
  portsOf,
  splitCidr,
  utcParts,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** A FortiOS script (6.4 and later, where one policy holds both families). */
export const fortigate: AllowlistFormat = {
  id: "fortigate",
  name: "FortiGate",
  group: "appliance",
  ending: "fortios.conf",
  type: "text/plain; charset=utf-8",
  cannot: ["wildcards"],
  render: (allowlist) => {
    const rules = expressible(allowlist, fortigate);
    return [
      ...heading(allowlist, fortigate, "#", [
        "The interfaces are internal and wan1: change them where yours are called otherwise.",
        "Schedules are in the device's own time: keep its clock in UTC.",
      ]),
      ...block("firewall address", rules.flatMap(addresses4)),
      ...block("firewall address6", rules.flatMap(addresses6)),
      ...block("firewall service custom", services(rules)),
      ...block("firewall schedule onetime", rules.flatMap(schedules)),
      ...block("firewall policy", [...rules.flatMap(policies), ...DENIALS]),
      "",
    ].join("\n");
  },
};

interface Entry {
  name: string;
  settings: string[];
}

/** `edit 0` takes the next free number; everything else is edited by its name. */
function block(section: string, entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  return [
    `config ${section}`,
    ...entries.flatMap(({ name, settings }) => [
      `    edit ${section === "firewall policy" ? "0" : `"${name}"`}`,
      ...settings.map((setting) => `        ${setting}`),
      "    next",
    ]),
    "end",
  ];
}

function addresses4(rule: ExportedRule): Entry[] {
  if (rule.peerKind === "fqdn")
    return [{ name: objectName(rule), settings: ["set type fqdn", `set fqdn "${rule.peer}"`] }];
  return rule.networks[4].map((cidr, index) => {
    const { address, prefix } = splitCidr(cidr);
    return { name: `${objectName(rule)}-${index}`, settings: [`set subnet ${address} ${netmask(prefix)}`] };
  });
}

function addresses6(rule: ExportedRule): Entry[] {
  if (rule.peerKind === "fqdn")
    return [{ name: objectName(rule), settings: ["set type fqdn", `set fqdn "${rule.peer}"`] }];
  return rule.networks[6].map((cidr, index) => ({
    name: `${objectName(rule)}-${index}`,
    settings: [`set ip6 ${cidr}`],
  }));
}

function services(rules: readonly ExportedRule[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const rule of rules) {
    const ports = portsOf(rule);
    if (!ports) continue;
    const name = serviceName(rule, 4);
    entries.set(name, { name, settings: [`set ${rule.protocol}-portrange ${ports.from}-${ports.to}`] });
  }
  return [...entries.values()];
}

function serviceName(rule: ExportedRule, family: Family): string {
  const ports = portsOf(rule);
  if (ports) return `SP-${rule.protocol}-${ports.from}-${ports.to}`;
  return family === 4 ? "ALL_ICMP" : "ALL_ICMP6";
}

function schedules(rule: ExportedRule): Entry[] {
  if (!rule.expiresAt) return [];
  const { year, month, day, time } = utcParts(rule.expiresAt);
  const settings = ["set start 00:00 2001/01/01", `set end ${time} ${year}/${month}/${day}`];
  return [{ name: objectName(rule), settings }];
}

function policies(rule: ExportedRule): Entry[] {
  return FAMILIES.flatMap((family) => {
    const count = rule.peerKind === "fqdn" ? 1 : rule.networks[family].length;
    if (count === 0) return [];
    const peers = Array.from({ length: count }, (_, index) =>
      rule.peerKind === "fqdn" ? `"${objectName(rule)}"` : `"${objectName(rule)}-${index}"`,
    ).join(" ");
    const suffix = family === 4 ? "" : "6";
    const egress = rule.direction === "egress";
    const name = `${objectName(rule)}-V${family}`.slice(-35);
    const settings = [
      `set name "${name}"`,
      `set srcintf "${egress ? "internal" : "wan1"}"`,
      `set dstintf "${egress ? "wan1" : "internal"}"`,
      `set srcaddr${suffix} ${egress ? '"all"' : peers}`,
      `set dstaddr${suffix} ${egress ? peers : '"all"'}`,
      "set action accept",
      `set schedule "${rule.expiresAt ? objectName(rule) : "always"}"`,
      `set service "${serviceName(rule, family)}"`,
      "set logtraffic all",
      `set comments "${plainText(rule.purpose, 255)}"`,
    ];
    return [{ name, settings }];
  });
}

const DENIALS: Entry[] = FAMILIES.map((family) => {
  const suffix = family === 4 ? "" : "6";
  return {
    name: `SP-DENY-V${family}`,
    settings: [
      `set name "SP-DENY-V${family}"`,
      'set srcintf "any"',
      'set dstintf "any"',
      `set srcaddr${suffix} "all"`,
      `set dstaddr${suffix} "all"`,
      "set action deny",
      'set schedule "always"',
      'set service "ALL"',
      "set logtraffic all",
    ],
  };
});

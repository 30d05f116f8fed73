import {
  type AllowlistFormat,
  expressible,
  FAMILIES,
  heading,
  objectName,
  plainText,
  portsOf,
  spanText,
  utcParts,
} from "./format.ts";
import type { ExportedAllowlist, ExportedRule } from "./normal-form.ts";

/** `set` commands for PAN-OS. */
export const paloAlto: AllowlistFormat = {
  id: "palo-alto",
  name: "Palo Alto (set commands)",
  group: "appliance",
  ending: "panos.set",
  type: "text/plain; charset=utf-8",
  cannot: ["wildcards"],
  render: (allowlist) => {
    const rules = expressible(allowlist, paloAlto);
    return [
      ...heading(allowlist, paloAlto, "#", [
        "The zones are trust and untrust: change them where yours are called otherwise.",
        "IPv6 firewalling is switched on below: without it, the device ignores what is said of IPv6.",
        "Schedules are in the device's own time: keep its clock in UTC.",
      ]),
      "set deviceconfig setting session ipv6-firewalling yes",
      ...serviceLines(rules),
      ...rules.flatMap((rule) => ruleLines(rule, allowlist)),
      "set rulebase security rules SP-DENY from any to any source any destination any application any service any action deny log-end yes",
      "",
    ].join("\n");
  },
};

/** An External Dynamic List of addresses: every network that the allowlist names for egress, one a line. */
export const paloAltoList: AllowlistFormat = {
  id: "palo-alto-edl",
  name: "Palo Alto (External Dynamic List)",
  group: "appliance",
  ending: "edl.txt",
  type: "text/plain; charset=utf-8",
  cannot: ["names", "ingress", "expiry", "services"],
  render: (allowlist) => {
    const rules = expressible(allowlist, paloAltoList);
    const networks = new Set(rules.flatMap((rule) => FAMILIES.flatMap((family) => rule.networks[family])));
    return [...heading(allowlist, paloAltoList, "#"), ...networks, ""].join("\n");
  },
};

function serviceLines(rules: readonly ExportedRule[]): string[] {
  const services = new Map<string, string>();
  for (const rule of rules) {
    const service = serviceOf(rule);
    if (service) services.set(service.name, service.set);
  }
  return [...services].map(([name, set]) => `set service ${name} ${set}`);
}

function serviceOf(rule: ExportedRule): { name: string; set: string } | null {
  const ports = portsOf(rule);
  if (!ports) return null;
  const span = spanText(ports);
  return { name: `SP-${rule.protocol}-${span}`, set: `protocol ${rule.protocol} port ${span}` };
}

function ruleLines(rule: ExportedRule, { exportedAt }: ExportedAllowlist): string[] {
  const name = objectName(rule);
  const peers =
    rule.peerKind === "fqdn"
      ? [`fqdn ${rule.peer}`]
      : FAMILIES.flatMap((family) => rule.networks[family].map((cidr) => `ip-netmask ${cidr}`));
  const [from, to, source, destination] =
    rule.direction === "egress"
      ? ["trust", "untrust", "any", `${name}-peers`]
      : ["untrust", "trust", `${name}-peers`, "any"];
  const traffic = serviceOf(rule)
    ? `application any service ${serviceOf(rule)?.name}`
    : `application [ ${icmpApplications(rule).join(" ")} ] service any`;
  return [
    ...peers.map((peer, index) => `set address ${name}-${index} ${peer}`),
    `set address-group ${name}-peers static [ ${peers.map((_, index) => `${name}-${index}`).join(" ")} ]`,
    ...(rule.expiresAt ? [schedule(rule, exportedAt, rule.expiresAt)] : []),
    `set rulebase security rules ${name} from ${from} to ${to} source ${source} destination ${destination} ${traffic} action allow log-end yes` +
      `${rule.expiresAt ? ` schedule ${name}` : ""} description "${plainText(`${rule.purpose} (${rule.ownerName || "no owner"}, ${rule.ticket || "no ticket"})`, 255)}"`,
  ];
}

function icmpApplications({ networks, peerKind }: ExportedRule): string[] {
  return [
    ...(networks[4].length > 0 || peerKind === "fqdn" ? ["icmp", "ping"] : []),
    ...(networks[6].length > 0 || peerKind === "fqdn" ? ["ipv6-icmp", "ping6"] : []),
  ];
}

function schedule(rule: ExportedRule, from: Date, to: Date): string {
  const [start, end] = [from, to].map((at) => {
    const { year, month, day, time } = utcParts(at);
    return `${year}/${month}/${day}@${time}`;
  });
  return `set schedule ${objectName(rule)} schedule-type non-recurring ${start}-${end}`;
}

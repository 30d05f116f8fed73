import type { Family } from "#lib/shared/addresses.ts";
import { addressText, serviceText, timeRange, untilText } from "./cisco.ts";
import {
  type AllowlistFormat,
  aboutRule,
  DIRECTIONS,
  expressible,
  FAMILIES,
  heading,
  netmask,
  plainText,
  splitCidr,
} from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

/** For Cisco IOS. Its lists keep no state: reflexive entries let in the answers to what went out, and nothing more. */
export const ciscoIos: AllowlistFormat = {
  id: "cisco-ios",
  name: "Cisco IOS",
  group: "appliance",
  ending: "ios.txt",
  type: "text/plain; charset=utf-8",
  cannot: ["names"],
  render: (allowlist) => {
    const rules = expressible(allowlist, ciscoIos);
    return [
      ...heading(allowlist, ciscoIos, "!", [
        "Put the EGRESS lists on the interface that faces outside with `out`, the INGRESS lists with `in`.",
        "Time ranges are in the device's own time: keep its clock in UTC.",
      ]),
      ...rules.flatMap((rule) => (rule.expiresAt ? [...timeRange(rule), "!"] : [])),
      ...FAMILIES.flatMap((family) => DIRECTIONS.flatMap((direction) => listLines(rules, family, direction))),
      "",
    ].join("\n");
  },
};

function listLines(
  rules: readonly ExportedRule[],
  family: Family,
  direction: ExportedRule["direction"],
): string[] {
  const name = listName(direction, family);
  const command = family === 4 ? `ip access-list extended ${name}` : `ipv6 access-list ${name}`;
  const any = family === 4 ? "ip" : "ipv6";
  return [
    `no ${command}`,
    command,
    ` evaluate ${repliesName(direction === "egress" ? "ingress" : "egress", family)}`,
    ...(family === 6 ? [" permit icmp any any nd-ns", " permit icmp any any nd-na"] : []),
    ...rules
      .filter((rule) => rule.direction === direction && rule.networks[family].length > 0)
      .flatMap((rule) => ruleLines(rule, family)),
    ` deny ${any} any any log`,
    "!",
  ];
}

function ruleLines(rule: ExportedRule, family: Family): string[] {
  const permits = rule.networks[family].map((cidr) => {
    const peer = peerText(cidr, family);
    const ends = rule.direction === "egress" ? `any ${peer}` : `${peer} any`;
    return ` permit ${rule.protocol} ${ends}${serviceText(rule)}${untilText(rule)} reflect ${repliesName(rule.direction, family)}`;
  });
  return [...aboutRule(rule).map((text) => ` remark ${plainText(text, 95)}`), ...permits];
}

function peerText(cidr: string, family: Family): string {
  return splitCidr(cidr).prefix === 0 ? "any" : addressText(cidr, family, wildcard);
}

/** 0.0.0.255 for 24. */
function wildcard(prefix: number): string {
  return netmask(prefix)
    .split(".")
    .map((part) => 255 - Number(part))
    .join(".");
}

function listName(direction: ExportedRule["direction"], family: Family): string {
  return `SALLYPORT-${direction.toUpperCase()}-V${family}`;
}

function repliesName(direction: ExportedRule["direction"], family: Family): string {
  return `${listName(direction, family)}-REPLIES`;
}

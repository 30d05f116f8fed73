import type { Family } from "#lib/shared/addresses.ts";
import { portsText } from "#lib/shared/ports.ts";
import { type AddressSet, rangesOfSet } from "../sets/book.ts";
import {
  type AllowlistFormat,
  aboutRule,
  expressible,
  FAMILIES,
  heading,
  oneLine,
  portsOf,
} from "./format.ts";
import type { ExportedAllowlist, ExportedRule } from "./normal-form.ts";

/** An nftables table that drops everything, on both families, but what the rules name. Loads with `nft -f`. */
export const nftables: AllowlistFormat = {
  id: "nftables",
  name: "nftables",
  group: "host",
  ending: "nft",
  type: "text/plain; charset=utf-8",
  cannot: ["names", "expiry"],
  render,
};

function render(allowlist: ExportedAllowlist): string {
  const rules = expressible(allowlist, nftables);
  const chain = (direction: ExportedRule["direction"]) =>
    rules.filter((rule) => rule.direction === direction).flatMap(ruleLines);
  return [
    "#!/usr/sbin/nft -f",
    ...heading(allowlist, nftables, "#", [
      "What is refused is logged. Your own SSH session is dropped too: add what you manage this machine by to chain",
      "ingress before you load it. On a router in front of the site, name the interface that faces outside:",
    ]),
    'define outside = "none"',
    "",
    "table inet sallyport",
    "delete table inet sallyport",
    "",
    "table inet sallyport {",
    ...allowlist.sets.flatMap(setLines),
    "\tchain egress {",
    ...chain("egress"),
    "\t}",
    "",
    "\tchain ingress {",
    ...chain("ingress"),
    "\t}",
    "",
    ...BASE_CHAINS,
    "}",
    "",
  ].join("\n");
}

function setLines(set: AddressSet): string[] {
  return FAMILIES.flatMap((family) => {
    const cidrs = set.cidrs.filter((_, index) => rangesOfSet(set)[index]?.family === family);
    if (cidrs.length === 0) return [];
    return [
      `\t# ${oneLine(set.name)}: ${oneLine(set.origin)}, checked on ${set.checkedOn}.`,
      `\tset ${setName(set.slug, family)} {`,
      `\t\ttype ${family === 4 ? "ipv4_addr" : "ipv6_addr"}`,
      "\t\tflags interval",
      "\t\tauto-merge",
      `\t\telements = { ${cidrs.join(", ")} }`,
      "\t}",
      "",
    ];
  });
}

function ruleLines(rule: ExportedRule): string[] {
  const matches = FAMILIES.flatMap((family) => {
    const peer = peerExpression(rule, family);
    return peer ? [`\t\t${peer} ${serviceExpression(rule, family)} accept comment "${rule.id}"`] : [];
  });
  return [...aboutRule(rule).map((text) => `\t\t# ${text}`), ...matches];
}

function peerExpression(rule: ExportedRule, family: Family): string | null {
  const [first] = rule.networks[family];
  if (first === undefined) return null;
  const side = rule.direction === "egress" ? "daddr" : "saddr";
  const peer = rule.peerKind === "address_set" ? `@${setName(rule.peer, family)}` : first;
  return `${family === 4 ? "ip" : "ip6"} ${side} ${peer}`;
}

function serviceExpression(rule: ExportedRule, family: Family): string {
  const ports = portsOf(rule);
  if (!ports) return `meta l4proto ${family === 4 ? "icmp" : "ipv6-icmp"}`;
  return `${rule.protocol} dport ${portsText(ports)}`;
}

function setName(slug: string, family: Family): string {
  return `${slug.replaceAll("-", "_")}_${family}`;
}

// Neighbour discovery is what ARP is on IPv4; without it IPv6 does not work at all, not even for the rules above. It
// never leaves the link: routers do not forward a hop limit below 255.
const BASE_CHAINS = `	chain always {
		ct state established,related accept
		ct state invalid drop
		icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept
	}

	chain refuse {
		limit rate 10/second burst 20 packets log prefix "sallyport refused: "
		drop
	}

	chain output {
		type filter hook output priority filter; policy drop;
		oifname "lo" accept
		jump always
		jump egress
		jump refuse
	}

	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		jump always
		jump ingress
		jump refuse
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
		jump always
		oifname $outside jump egress
		iifname $outside jump ingress
		jump refuse
	}`.split("\n");

import type { Family } from "#lib/shared/addresses.ts";
import { portsText } from "#lib/shared/ports.ts";
import { type AddressSet, rangesOfSet } from "../address-sets.ts";
import { rangesOf, trafficText } from "../policy.ts";
import type { ExportedAllowlist, ExportRule } from "./normal-form.ts";

const FAMILIES = [4, 6] as const;

/** An nftables table that drops everything, on both families, but what the rules name. Loads with `nft -f`. */
export function nftables(allowlist: ExportedAllowlist): string {
  const chain = (direction: ExportRule["direction"]) =>
    allowlist.rules.filter((rule) => rule.direction === direction).flatMap(ruleLines);
  return [
    ...heading(allowlist),
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

function heading({ deployment, exportedAt, digest, rules }: ExportedAllowlist): string[] {
  const unnamed = rules.filter((rule) => rule.peerKind === "fqdn").length;
  const ending = rules.filter((rule) => rule.expiresAt !== null).length;
  return [
    "#!/usr/sbin/nft -f",
    `# Allowlist of ${line(deployment.name)} (${line(deployment.customerName)}), ${deployment.id}.`,
    `# Exported ${exportedAt.toISOString()}; content sha256:${digest}.`,
    "#",
    "# Deny by default, on IPv4 and on IPv6: what no rule below names is dropped and logged, your own SSH session",
    "# included. Add what you manage this machine by to chain ingress before you load it.",
    "# On a router in front of the site, name the interface that faces outside:",
    'define outside = "none"',
    "#",
    `# ${unnamed === 0 ? "Every rule below is by address." : `nftables matches no names: ${unnamed} of the rules below are comments only, and open nothing.`}`,
    `# ${ending === 0 ? "No rule below expires." : `nftables knows no dates: ${ending} of the rules below expire. Export again, or take them out by then.`}`,
    "",
  ];
}

function setLines(set: AddressSet): string[] {
  return FAMILIES.flatMap((family) => {
    const cidrs = set.cidrs.filter((_, index) => rangesOfSet(set)[index]?.family === family);
    if (cidrs.length === 0) return [];
    return [
      `\t# ${line(set.name)}: ${line(set.origin)}, checked on ${set.checkedOn}.`,
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

function ruleLines(rule: ExportRule): string[] {
  const about = [
    `\t\t# ${line(rule.purpose)}`,
    ...(rule.carriedBy === "user_browser"
      ? ["\t\t# Carried by users' browsers, not by the installation."]
      : []),
    ...(rule.hosts.length > 0 ? [`\t\t# Names: ${rule.hosts.join(", ")}`] : []),
    ...(rule.expiresAt ? [`\t\t# Expires ${rule.expiresAt.toISOString()}; nftables will not close it.`] : []),
  ];
  if (rule.peerKind === "fqdn") {
    return [...about, `\t\t# NOT OPENED, nftables matches no names: ${trafficText(rule)}`];
  }
  const matches = FAMILIES.flatMap((family) => {
    const peer = peerExpression(rule, family);
    return peer ? [`\t\t${peer} ${serviceExpression(rule, family)} accept comment "${rule.id}"`] : [];
  });
  return [...about, ...matches];
}

function peerExpression(rule: ExportRule, family: Family): string | null {
  if (!rangesOf(rule).some((range) => range.family === family)) return null;
  const side = rule.direction === "egress" ? "daddr" : "saddr";
  const peer = rule.peerKind === "address_set" ? `@${setName(rule.peer, family)}` : rule.peer;
  return `${family === 4 ? "ip" : "ip6"} ${side} ${peer}`;
}

function serviceExpression(rule: ExportRule, family: Family): string {
  if (rule.portFrom === null || rule.portTo === null) {
    return `meta l4proto ${family === 4 ? "icmp" : "ipv6-icmp"}`;
  }
  return `${rule.protocol} dport ${portsText({ from: rule.portFrom, to: rule.portTo })}`;
}

function setName(slug: string, family: Family): string {
  return `${slug.replaceAll("-", "_")}_${family}`;
}

/** What people typed must not end the comment it stands in. */
function line(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
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

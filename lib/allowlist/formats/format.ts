import type { PortRange } from "#lib/shared/ports.ts";
import { trafficText } from "../policy.ts";
import { setBook } from "../sets/book.ts";
import type { ExportedAllowlist, ExportedRule } from "./normal-form.ts";

export const FAMILIES = [4, 6] as const;
export const DIRECTIONS = ["egress", "ingress"] as const;

/** One way to write an allowlist down. Adding a format is adding a file that makes one of these, and its line in index.ts. */
export interface AllowlistFormat {
  /** In addresses and in the audit log. */
  id: string;
  name: string;
  group: "host" | "appliance" | "cloud" | "container" | "proxy" | "document";
  /** Of the file's name, without the dot. */
  ending: string;
  type: string;
  /** What this format cannot say. It stands in the file, and beside the format on the screen. */
  cannot: readonly Limit[];
  render: (allowlist: ExportedAllowlist) => string;
}

/** Traffic or facts that not every firewall can express. */
export type Limit = keyof typeof LIMITS;

interface LimitFacts {
  /** About the format. */
  sentence: string;
  /** Whether a rule falls under it: then it is left out of the file, and named in it; `kept` rules stand in it all the same. */
  concerns: (rule: ExportedRule) => boolean;
  kept: boolean;
}

const isName = (rule: ExportedRule) => rule.peerKind === "fqdn";

export const LIMITS = {
  names: { sentence: "It matches no names.", concerns: isName, kept: false },
  wildcards: {
    sentence: "It matches no wildcard that stands for exactly one label.",
    concerns: (rule) => isName(rule) && rule.peer.startsWith("*."),
    kept: false,
  },
  expiry: {
    sentence: "It knows no dates: what expires has to be taken out by hand, or exported again.",
    concerns: (rule) => rule.expiresAt !== null,
    kept: true,
  },
  icmp: { sentence: "It does not filter ICMP.", concerns: (rule) => rule.protocol === "icmp", kept: false },
  udp: { sentence: "It handles TCP only.", concerns: (rule) => rule.protocol === "udp", kept: false },
  ingress: {
    sentence: "It handles only what leaves.",
    concerns: (rule) => rule.direction === "ingress",
    kept: false,
  },
  ipv4: {
    sentence: "It is for IPv4: the IPv6 file goes with it.",
    concerns: (rule) => !isName(rule) && rule.networks[4].length === 0,
    kept: false,
  },
  ipv6: {
    sentence: "It is for IPv6: the IPv4 file goes with it.",
    concerns: (rule) => !isName(rule) && rule.networks[6].length === 0,
    kept: false,
  },
  services: {
    sentence: "It lists addresses only: ports and protocols belong to the rule that uses it.",
    concerns: () => true,
    kept: true,
  },
} as const satisfies Record<string, LimitFacts>;

/** The rules that this format can express. */
export function expressible(
  { rules }: Pick<ExportedAllowlist, "rules">,
  { cannot }: Pick<AllowlistFormat, "cannot">,
): ExportedRule[] {
  return rules.filter((rule) => !cannot.some((limit) => !LIMITS[limit].kept && LIMITS[limit].concerns(rule)));
}

/** What stands at the top of a file: whose it is, what it denies, and every rule that it does not hold. */
export function heading(
  allowlist: ExportedAllowlist,
  format: Pick<AllowlistFormat, "cannot" | "name">,
  comment: string,
  usage: readonly string[] = [],
): string[] {
  const { deployment, exportedAt, digest, rules } = allowlist;
  const held = new Set(expressible(allowlist, format));
  const lines = [
    `Allowlist of ${oneLine(deployment.name)} (${oneLine(deployment.customerName)}), ${deployment.id}, for ${format.name}.`,
    `Exported ${exportedAt.toISOString()}; content sha256:${digest}.`,
    "Deny by default, on IPv4 and on IPv6: what no rule below names does not pass.",
    ...usage,
    ...format.cannot.flatMap((limit) => {
      const concerned = rules.filter(LIMITS[limit].concerns).length;
      return concerned === 0 || limit === "services"
        ? []
        : [`${LIMITS[limit].sentence} Rules concerned: ${concerned}.`];
    }),
    ...rules
      .filter((rule) => !held.has(rule))
      .map((rule) => `NOT OPENED by this file: ${trafficText(rule, setBook(allowlist.sets))} (${rule.id})`),
  ];
  return lines.map((line) => `${comment} ${line}`);
}

/** What is said of a rule above it: why it is open, and what its reader might overlook. */
export function aboutRule(rule: ExportedRule): string[] {
  return [
    `${rule.id}: ${oneLine(rule.purpose)}`,
    ...(rule.carriedBy === "user_browser" ? ["Carried by users' browsers, not by the installation."] : []),
    ...(rule.hosts.length > 0 ? [`Names: ${rule.hosts.join(", ")}`] : []),
    ...(rule.ownerName || rule.ticket
      ? [`Owner: ${oneLine(rule.ownerName) || "-"}; ticket: ${oneLine(rule.ticket) || "-"}`]
      : []),
    ...(rule.expiresAt ? [`Expires ${rule.expiresAt.toISOString()}.`] : []),
  ];
}

/** The ports of a rule; null for ICMP. */
export function portsOf({ portFrom, portTo }: ExportedRule): PortRange | null {
  return portFrom === null || portTo === null ? null : { from: portFrom, to: portTo };
}

/** `443` or `8000-8100`, for the languages that write them so. */
export function spanText({ from, to }: PortRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}

const PRINTABLE = /^[\x20-\x7e]*$/;

/** What people typed must not end the comment or the string it stands in: one line of printable characters. */
export function oneLine(text: string): string {
  // Nearly always so, and looked at for every rule in every format.
  if (PRINTABLE.test(text)) return text.trim();
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** The same for languages with strings in quotes: quotes and backslashes go, and what is not ASCII; shortened. */
export function plainText(text: string, lengthMax: number): string {
  const line = oneLine(text);
  const ascii = PRINTABLE.test(line) ? line : line.normalize("NFKD").replace(/[^\x20-\x7e]/g, "");
  return ascii
    .replace(/["'`\\$]/g, "")
    .slice(0, lengthMax)
    .trim();
}

/** A name for an object of a rule in languages that take letters, digits and hyphens. */
export function objectName(rule: Pick<ExportedRule, "id">): string {
  return `SP-${rule.id.replace(/[^A-Za-z0-9]/g, "-")}`;
}

/** A date in UTC, in parts, for formats that write it in their own way. */
export function utcParts(at: Date): { year: string; month: string; day: string; time: string } {
  const [date = "", time = ""] = at.toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return { year, month, day, time: time.slice(0, 5) };
}

/** 255.255.255.0 for 24. */
export function netmask(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}

/** A network in its two parts. */
export function splitCidr(cidr: string): { address: string; prefix: number } {
  const [address = "", prefix = ""] = cidr.split("/");
  return { address, prefix: Number(prefix) };
}

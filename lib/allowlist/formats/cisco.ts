import type { Family } from "#lib/shared/addresses.ts";
import { objectName, portsOf, splitCidr, utcParts } from "./format.ts";
import type { ExportedRule } from "./normal-form.ts";

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** The object that ends a rule's lines; none where it does not expire. */
export function timeRange({ id, expiresAt }: ExportedRule): string[] {
  if (!expiresAt) return [];
  const { year, month, day, time } = utcParts(expiresAt);
  const date = `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
  return [`time-range ${objectName({ id })}`, ` absolute end ${time} ${date}`];
}

/** What refers to it at the end of a line. */
export function untilText(rule: ExportedRule): string {
  return rule.expiresAt ? ` time-range ${objectName(rule)}` : "";
}

/** ` eq 443`, ` range 8000 8100`, nothing for ICMP. */
export function serviceText(rule: ExportedRule): string {
  const ports = portsOf(rule);
  if (!ports) return "";
  return ports.from === ports.to ? ` eq ${ports.from}` : ` range ${ports.from} ${ports.to}`;
}

/** `host 203.0.113.7`, IPv4 with its mask as this device writes it, IPv6 with its prefix. */
export function addressText(cidr: string, family: Family, maskText: (prefix: number) => string): string {
  const { address, prefix } = splitCidr(cidr);
  if (prefix === (family === 4 ? 32 : 128)) return `host ${address}`;
  return family === 4 ? `${address} ${maskText(prefix)}` : cidr;
}

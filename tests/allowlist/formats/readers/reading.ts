import { mergeRanges } from "#lib/shared/address-ranges.ts";
import { type AddressRange, readCidr } from "#lib/shared/addresses.ts";
import type { Direction, Protocol, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import type { PortRange } from "#lib/shared/ports.ts";

/**
 * Readers of what the formats write, made from the formats' own grammars and not from our renderers: each takes a file
 * apart into what it lets pass. What a file does not say (who carries the traffic) is left open: everything is `application`.
 */
export type Reader = (file: string) => TrafficRule[];

interface Opening {
  direction: Direction;
  protocol: Protocol;
  ports: PortRange | null;
  peers: readonly string[];
}

export function opening({ direction, protocol, ports, peers }: Opening): TrafficRule[] {
  const networks = peers.filter((peer) => /[:/]/.test(peer) || /^[\d.]+$/.test(peer));
  const names = peers.filter((peer) => !networks.includes(peer));
  const common = { direction, protocol, carriedBy: "application" as const, ports };
  const rules = names.map((name): TrafficRule => ({ id: name, ...common, peer: { name } }));
  if (networks.length > 0)
    rules.push({ id: networks.join(), ...common, peer: { ranges: mergeRanges(networks.map(network)) } });
  return rules;
}

function network(text: string): AddressRange {
  const reading = readCidr(text);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.value;
}

export function ports(from: string | number, to: string | number = from): PortRange {
  return { from: Number(from), to: Number(to) };
}

/** `443`, `443:443`, `8000-8100`. */
export function span(text: string): PortRange {
  const [from = "", to = from] = text.split(/[-:]/);
  return ports(from, to);
}

export const content = (file: string, comment: string) =>
  file.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trimStart().startsWith(comment));

export function protocolOf(text: string): Protocol {
  const lower = text.toLowerCase();
  if (lower === "tcp" || lower === "udp") return lower;
  if (/^(ipv6-)?icmp(v?[46])?$/.test(lower) || lower === "58") return "icmp";
  throw new Error(`What is ${text}?`);
}

export function maskBits(mask: string): number {
  return mask
    .split(".")
    .reduce((bits, part) => bits + Number(part).toString(2).replaceAll("0", "").length, 0);
}

export function groups(match: RegExpExecArray | null, line: string): Record<string, string> {
  if (!match?.groups) throw new Error(`Cannot read: ${line}`);
  return match.groups as Record<string, string>;
}

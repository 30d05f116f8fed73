import { type AddressRange, addressText, FAMILY_BITS, type Family } from "../addresses.ts";
import type { Peer } from "./traffic.ts";

/**
 * Peers lie on three lines that never meet: IPv4 addresses, IPv6 addresses, and names. On each a rule holds runs of
 * points, so that one algorithm compares all three. Names are in the order of their parent and then their own label,
 * which makes a wildcard (one label, and only one) a run as well.
 */
export type Line = "ipv4" | "ipv6" | "name";
export type Point = bigint | string;

/** The points from `from` up to, but not including, `to`. */
export interface Run {
  line: Line;
  from: Point;
  to: Point;
}

const BEFORE_LABELS = "\u0000";
const AFTER_LABELS = "\u0001";

/** Points of one line, each once, in its order. */
export function distinctSorted(points: readonly Point[]): Point[] {
  return [...new Set(points)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The runs of a peer. Those of one peer must not touch: `mergeRanges` has seen to that. */
export function runsOf(peer: Peer): Run[] {
  return "name" in peer ? [runOfName(peer.name)] : peer.ranges.map(runOfRange);
}

function runOfRange({ family, first, last }: AddressRange): Run {
  return { line: family === 4 ? "ipv4" : "ipv6", from: first, to: last + 1n };
}

function runOfName(name: string): Run {
  const dot = name.indexOf(".");
  const label = name.slice(0, dot);
  const parent = name.slice(dot + 1);
  if (label === "*")
    return { line: "name", from: `${parent}${BEFORE_LABELS}`, to: `${parent}${AFTER_LABELS}` };
  const point = `${parent}${BEFORE_LABELS}${label}`;
  return { line: "name", from: point, to: `${point}${BEFORE_LABELS}` };
}

/** The point of one name, for a look-up; null where it has no parent, which no rule can name. */
export function pointOfName(name: string): string | null {
  const dot = name.indexOf(".");
  return dot < 1 ? null : `${name.slice(dot + 1)}${BEFORE_LABELS}${name.slice(0, dot)}`;
}

/** The peer of a packet that lies in the run: its first address, or a name in it. Null where the run holds no valid name. */
export function examplePeer({ line, from, to }: Run): { peer: string | null; name: string | null } | null {
  if (line !== "name") return { peer: addressText(line === "ipv4" ? 4 : 6, from as bigint), name: null };
  const name = exampleName(from as string, to as string);
  return name === null ? null : { peer: null, name };
}

const LABEL_LENGTH_MAX = 63; // RFC 1035 section 2.3.4

function exampleName(from: string, to: string): string | null {
  const end = from.indexOf(BEFORE_LABELS);
  const parent = from.slice(0, end);
  const afterOther = from.endsWith(BEFORE_LABELS) && from.length > end + 1;
  const label = from.slice(end + 1, afterOther ? -1 : undefined);
  // Right after a label come those that begin with it; a hyphen sorts before every letter and digit.
  const candidates =
    afterOther || label === "" ? ["0", "-0", "--0"].map((tail) => `${label}${tail}`) : [label];
  const fits = (candidate: string) => {
    const point = `${parent}${BEFORE_LABELS}${candidate}`;
    return candidate.length <= LABEL_LENGTH_MAX && !candidate.startsWith("-") && from <= point && point < to;
  };
  const found = candidates.find(fits);
  return found === undefined ? null : `${found}.${parent}`;
}

/**
 * A run as people write peers: the fewest networks, one name, or a wildcard with what is taken out of it. Text for
 * reading; a program compares runs.
 */
export function runText(run: Run): string[] {
  const { line, from, to } = run;
  if (line !== "name") return cidrsOf(line === "ipv4" ? 4 : 6, from as bigint, (to as bigint) - 1n);
  const text = from as string;
  const end = text.indexOf(BEFORE_LABELS);
  const parent = text.slice(0, end);
  if (to === `${text}${BEFORE_LABELS}`) return [`${text.slice(end + 1)}.${parent}`];
  return text === `${parent}${BEFORE_LABELS}` && to === `${parent}${AFTER_LABELS}`
    ? [`*.${parent}`]
    : [`part of *.${parent}`];
}

/** The fewest networks that hold exactly the addresses from `first` to `last`, in order. */
export function cidrsOf(family: Family, first: bigint, last: bigint): string[] {
  const bits = FAMILY_BITS[family];
  const texts: string[] = [];
  for (let at = first; at <= last; ) {
    let hostBits = 0n;
    while (hostBits < bits && (at & (1n << hostBits)) === 0n && at + (2n << hostBits) - 1n <= last)
      hostBits += 1n;
    texts.push(`${addressText(family, at)}/${bits - Number(hostBits)}`);
    at += 1n << hostBits;
  }
  return texts;
}

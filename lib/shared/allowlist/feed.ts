import { mergeRanges, rangeContains, rangesOverlap } from "../address-ranges.ts";
import { type AddressRange, type Cidr, FAMILY_BITS, type Family, readCidr } from "../addresses.ts";
import { RESERVED_NETWORKS } from "./reserved.ts";

/** Why a feed was not taken, in a sentence, and what it is about. */
export interface FeedProblem {
  code:
    | "empty"
    | "not_a_list"
    | "unreadable"
    | "too_large"
    | "reserved"
    | "too_wide"
    | "family_missing"
    | "count_jumped"
    | "size_jumped";
  sentence: string;
}

export type FeedReading =
  | { ok: true; networks: readonly Cidr[] }
  | { ok: false; problems: readonly FeedProblem[] };

/** The last version of the same set that was accepted, which a new one is held against. */
export interface LastGood {
  cidrs: readonly string[];
}

/** What is asked of a list differently from what is asked of one that somebody publishes on the Internet. */
export interface Gates {
  /** It names what lies inside a customer's network, so private addresses may stand in it. */
  allowsPrivate?: boolean;
}

const FAMILIES = [4, 6] as const;
const SIZE_MAX_BYTES = 1_000_000;
const COUNT_MAX = 20_000;
const PROBLEMS_MAX = 20;
const WIDEST = { 4: 8, 6: 20 } as const satisfies Record<Family, number>;
/** A feed may at most grow or shrink by this factor at once, in networks and in addresses, for each family. */
const JUMP_MAX = 2;

/**
 * Reads a published list of networks and puts it through the gates that real feeds have failed: an HTML page in its
 * place, a line cut short, a range left out, one far too wide. Nothing of a list with a problem is used.
 *
 * `text` is one network a line (`#` begins a comment), a JSON list of them, or Cloudflare's own document
 * (`result.ipv4_cidrs`, `result.ipv6_cidrs`). The families that the last good version held have to be there again.
 */
export function readFeed(
  text: string,
  lastGood: LastGood | null,
  { allowsPrivate = false }: Gates = {},
): FeedReading {
  if (text.length > SIZE_MAX_BYTES) return refused("too_large", "The list is larger than 1 MB.");
  const entries = entriesOf(text);
  if (!Array.isArray(entries)) return { ok: false, problems: [entries] };
  if (entries.length === 0) return refused("empty", "The list is empty.");
  if (entries.length > COUNT_MAX)
    return refused("too_large", `The list has ${entries.length} networks: 20,000 is the most.`);
  const problems: FeedProblem[] = [];
  const networks: Cidr[] = [];
  for (const entry of entries) {
    const reading = readCidr(entry);
    if (reading.ok) networks.push(reading.value);
    else problems.push({ code: "unreadable", sentence: reading.problem });
  }
  problems.push(...networks.flatMap((network) => networkProblems(network, allowsPrivate)));
  if (problems.length === 0 && lastGood) problems.push(...jumpProblems(networks, lastGood));
  return problems.length > 0
    ? { ok: false, problems: problems.slice(0, PROBLEMS_MAX) }
    : { ok: true, networks };
}

/** The networks by which a new version differs. Compared as addresses: the same ranges cut otherwise are no difference. */
export interface FeedDifference {
  added: AddressRange[];
  removed: AddressRange[];
}

export function feedDifference(
  before: readonly AddressRange[],
  after: readonly AddressRange[],
): FeedDifference {
  return { added: subtract(after, before), removed: subtract(before, after) };
}

function subtract(from: readonly AddressRange[], taken: readonly AddressRange[]): AddressRange[] {
  const away = mergeRanges(taken);
  return mergeRanges(from).flatMap((range) => {
    const left: AddressRange[] = [];
    let at = range.first;
    for (const cut of away) {
      if (!rangesOverlap(cut, range)) continue;
      if (cut.first > at) left.push({ family: range.family, first: at, last: cut.first - 1n });
      at = cut.last + 1n;
    }
    if (at <= range.last) left.push({ family: range.family, first: at, last: range.last });
    return left;
  });
}

function refused(code: FeedProblem["code"], sentence: string): FeedReading {
  return { ok: false, problems: [{ code, sentence }] };
}

function entriesOf(text: string): string[] | FeedProblem {
  const trimmed = text.trim();
  if (trimmed.startsWith("<"))
    return {
      code: "not_a_list",
      sentence: "This is a web page and not a list: perhaps a challenge or a sign-in page.",
    };
  if (trimmed.startsWith("{") || trimmed.startsWith("[")) return jsonEntries(trimmed);
  return trimmed
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
}

function jsonEntries(text: string): string[] | FeedProblem {
  const problem: FeedProblem = { code: "not_a_list", sentence: "This JSON holds no list of networks." };
  try {
    const document = JSON.parse(text) as unknown;
    if (isTexts(document)) return document;
    const result = (document as { result?: { ipv4_cidrs?: unknown; ipv6_cidrs?: unknown } }).result;
    const { ipv4_cidrs, ipv6_cidrs } = result ?? {};
    return isTexts(ipv4_cidrs) && isTexts(ipv6_cidrs) ? [...ipv4_cidrs, ...ipv6_cidrs] : problem;
  } catch {
    return { code: "not_a_list", sentence: "This begins like JSON, and is cut short or broken." };
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function networkProblems(network: Cidr, allowsPrivate: boolean): FeedProblem[] {
  const widest = WIDEST[network.family];
  if (network.prefix < widest)
    return [
      { code: "too_wide", sentence: `${network.text} is wider than /${widest}: no published list has that.` },
    ];
  const reserved = RESERVED_NETWORKS.find(
    ({ range, isPrivate }) =>
      rangesOverlap(range, network) && !(allowsPrivate && isPrivate && rangeContains(range, network)),
  );
  return reserved
    ? [{ code: "reserved", sentence: `${network.text} lies in ${reserved.range.text}, ${reserved.use}.` }]
    : [];
}

function jumpProblems(networks: readonly Cidr[], { cidrs }: LastGood): FeedProblem[] {
  const before = cidrs.map((text) => {
    const reading = readCidr(text);
    if (!reading.ok) throw new Error(reading.problem);
    return reading.value;
  });
  return FAMILIES.flatMap((family) => {
    const [old, now] = [before, networks].map((list) => list.filter((network) => network.family === family));
    if (!old || !now || old.length === 0) return [];
    if (now.length === 0)
      return [
        {
          code: "family_missing" as const,
          sentence: `No IPv${family} network is left: there were ${old.length}.`,
        },
      ];
    const problems: FeedProblem[] = [];
    if (jumps(BigInt(old.length), BigInt(now.length)))
      problems.push({
        code: "count_jumped",
        sentence: `IPv${family} went from ${old.length} to ${now.length} networks, more than twice or less than half.`,
      });
    const [oldSize, newSize] = [sizeOf(old), sizeOf(now)];
    if (jumps(oldSize, newSize))
      problems.push({
        code: "size_jumped",
        sentence: `IPv${family} went from ${sizeText(oldSize, family)} to ${sizeText(newSize, family)}, more than twice or less than half.`,
      });
    return problems;
  });
}

function jumps(old: bigint, now: bigint): boolean {
  return now > old * BigInt(JUMP_MAX) || old > now * BigInt(JUMP_MAX);
}

function sizeOf(networks: readonly AddressRange[]): bigint {
  return mergeRanges(networks).reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

function sizeText(size: bigint, family: Family): string {
  if (family === 4) return `${size.toLocaleString("en")} addresses`;
  const networks = size >> BigInt(FAMILY_BITS[6] - 64);
  return `${networks.toLocaleString("en")} networks of /64`;
}

import { createHash } from "node:crypto";
import { mergeRanges } from "#lib/shared/address-ranges.ts";
import { type AddressRange, readCidr } from "#lib/shared/addresses.ts";
import { type FeedProblem, feedDifference, readFeed } from "#lib/shared/allowlist/feed.ts";
import { cidrsOf } from "#lib/shared/allowlist/lines.ts";
import type { Finding } from "./schema.ts";

/** What is held against what, and what whoever brings it says of it. */
export interface Brought {
  content: Uint8Array;
  /** The newest version that was accepted, if there is one. */
  lastGood: readonly string[] | null;
  allowsPrivate: boolean;
  /** What the file is to hash to, by the word of whoever sent it. */
  sha256?: string | undefined;
  /** Why it differs as much as it does, where that is meant. */
  meant: string;
}

export interface Judged {
  refused: boolean;
  findings: Finding[];
  /** Canonical, in the order of the source; empty where it is refused. */
  cidrs: string[];
  sha256: string;
  added: string[];
  removed: string[];
}

/**
 * Puts a list through the gates. What compares it with the version before can be meant, and then whoever accepts it
 * reads why; what is wrong with the list itself cannot.
 */
export function judge({ content, lastGood, allowsPrivate, sha256: promised, meant }: Brought): Judged {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const refused = (findings: Finding[]): Judged => {
    return { refused: true, findings, cidrs: [], sha256, added: [], removed: [] };
  };
  if (promised !== undefined && promised !== sha256)
    return refused([
      {
        code: "other_file",
        sentence: `This is another file than was sent: its SHA-256 is ${sha256}.`,
      },
    ]);
  const text = decoded(content);
  if (text === null)
    return refused([{ code: "not_a_list", sentence: "This is no text: a list is written in UTF-8." }]);
  const last = lastGood && { cidrs: lastGood };
  let reading = readFeed(text, last, { allowsPrivate });
  let findings: Finding[] = [];
  if (!reading.ok && meant !== "" && reading.problems.every(isComparison)) {
    findings = reading.problems.map((problem) => ({ ...problem, meant }));
    reading = readFeed(text, null, { allowsPrivate });
  }
  if (!reading.ok) return refused([...reading.problems]);
  const cidrs = [...new Set(reading.networks.map((network) => network.text))];
  return { refused: false, findings, cidrs, sha256, ...difference(lastGood ?? [], cidrs) };
}

/** Problems that are about the version before, and not about the list. */
function isComparison({ code }: FeedProblem): boolean {
  return code === "family_missing" || code === "count_jumped" || code === "size_jumped";
}

/** What is in one version and not in the other, as the fewest networks. */
export function difference(
  before: readonly string[],
  after: readonly string[],
): { added: string[]; removed: string[] } {
  const { added, removed } = feedDifference(before.map(rangeOf), after.map(rangeOf));
  return { added: added.flatMap(networks), removed: removed.flatMap(networks) };
}

function networks({ family, first, last }: AddressRange): string[] {
  return cidrsOf(family, first, last);
}

/** How many addresses of each family these networks hold together. */
export function addressesIn(cidrs: readonly string[]): Record<4 | 6, bigint> {
  const sums = { 4: 0n, 6: 0n };
  for (const { family, first, last } of mergeRanges(cidrs.map(rangeOf))) sums[family] += last - first + 1n;
  return sums;
}

/** @throws Error where it cannot be read: what is stored went through the gates, so that is a defect of ours. */
function rangeOf(text: string): AddressRange {
  const reading = readCidr(text);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.value;
}

function decoded(content: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

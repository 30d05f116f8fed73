import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AddressSet } from "#lib/allowlist/sets/book.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
import { cidrOf } from "#lib/shared/addresses.ts";
import { feedDifference, readFeed } from "#lib/shared/allowlist/feed.ts";
import { cidrsOf } from "#lib/shared/allowlist/lines.ts";

const [cloudflare, senders]: readonly [AddressSet, AddressSet] = BUILT_IN_SETS;
const lines = (cidrs: readonly string[]) => `${cidrs.join("\n")}\n`;
const codes = (text: string, lastGood: { cidrs: readonly string[] } | null = cloudflare) => {
  const reading = readFeed(text, lastGood);
  return reading.ok ? [] : reading.problems.map(({ code }) => code);
};

describe("a published list is read", () => {
  test("as lines, as JSON, and as Cloudflare's own document", () => {
    const v4 = cloudflare.cidrs.filter((cidr) => !cidr.includes(":"));
    const v6 = cloudflare.cidrs.filter((cidr) => cidr.includes(":"));
    for (const text of [
      lines(cloudflare.cidrs),
      `# of today\r\n${cloudflare.cidrs.join("\r\n")}`,
      JSON.stringify(cloudflare.cidrs),
      JSON.stringify({ success: true, result: { ipv4_cidrs: v4, ipv6_cidrs: v6, etag: "x" } }),
    ]) {
      const reading = readFeed(text, cloudflare);
      expect(reading.ok && reading.networks.map(({ text: cidr }) => cidr).toSorted()).toEqual(
        cloudflare.cidrs.toSorted(),
      );
    }
    expect(codes(lines(senders.cidrs), senders)).toEqual([]);
  });

  test("whatever it holds, nothing is thrown, and nothing of a list with a problem is used", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.array(fc.ipV4()).map(lines)),
        (text) => {
          const reading = readFeed(text, cloudflare);
          expect(reading.ok || reading.problems.length > 0).toBe(true);
          expect("networks" in reading).toBe(reading.ok);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("what real feeds have done is refused, with the reason", () => {
  test("a challenge page in place of the list (a mirror, 2 January 2026)", () => {
    expect(codes("<!DOCTYPE html><html><head><title>Just a moment...</title>")).toEqual(["not_a_list"]);
  });
  test("a network cut short: 23:f800::/32 in place of 2803:f800::/32", () => {
    expect(codes(lines(cloudflare.cidrs.map((cidr) => cidr.replace("2803:f800::", "23:f800::"))))).toEqual([
      "reserved",
    ]);
  });
  test("a list that lacks 172.64.0.0/13 is a difference somebody has to approve", () => {
    const reading = readFeed(lines(cloudflare.cidrs.filter((cidr) => cidr !== "172.64.0.0/13")), cloudflare);
    const before = readFeed(lines(cloudflare.cidrs), null);
    if (!reading.ok || !before.ok) throw new Error("It was refused.");
    const { added, removed } = feedDifference(before.networks, reading.networks);
    expect(added).toEqual([]);
    expect(removed.flatMap(({ family, first, last }) => cidrsOf(family, first, last))).toEqual([
      "172.64.0.0/13",
    ]);
  });
  test("the stale superset 104.16.0.0/12 opens 104.28.0.0/14, and the difference says so", () => {
    const stale = cloudflare.cidrs.filter((cidr) => !cidr.startsWith("104.")).concat("104.16.0.0/12");
    const [reading, before] = [readFeed(lines(stale), cloudflare), readFeed(lines(cloudflare.cidrs), null)];
    if (!reading.ok || !before.ok) throw new Error("It was refused.");
    const { added, removed } = feedDifference(before.networks, reading.networks);
    expect(added.flatMap(({ family, first, last }) => cidrsOf(family, first, last))).toEqual([
      "104.28.0.0/14",
    ]);
    expect(removed).toEqual([]);
  });
  test.each([
    ["nothing", "", "empty"],
    ["comments only", "# soon\n", "empty"],
    ["JSON cut short", '["1.1.1.0/24"', "not_a_list"],
    ["other JSON", '{"result":{}}', "not_a_list"],
    ["host bits", "1.1.1.1/24\n", "unreadable"],
    ["a private network", "10.1.0.0/16\n", "reserved"],
    ["the whole Internet", "0.0.0.0/0\n", "too_wide"],
    ["a network of IPv6 that is too wide", "2600::/12\n", "too_wide"],
    ["a name", "api.workos.com\n", "unreadable"],
  ])("%s", (_, text, code) => expect(codes(text, null)).toContain(code));
  test("a family that is gone, half of the networks, and far more addresses", () => {
    expect(codes(lines(cloudflare.cidrs.filter((cidr) => !cidr.includes(":"))))).toEqual(["family_missing"]);
    expect(codes(lines(cloudflare.cidrs.filter((cidr, index) => cidr.includes(":") || index < 5)))).toContain(
      "count_jumped",
    );
    expect(codes(lines([...cloudflare.cidrs, "16.0.0.0/8"]))).toEqual(["size_jumped"]);
    expect(codes("1.1.1.0/24\n".repeat(90_910), null)).toEqual(["too_large"]);
  });
});

test("the difference of two versions is exact, however their ranges are cut", () => {
  const network = fc
    .tuple(fc.nat(1_023), fc.integer({ min: 24, max: 32 }))
    .map(([offset, prefix]) => cidrOf({ family: 4, value: 0x68100000n + BigInt(offset) }, prefix));
  fc.assert(
    fc.property(fc.array(network), fc.array(network), fc.nat(1_023), (before, after, offset) => {
      const at = 0x68100000n + BigInt(offset);
      const { added, removed } = feedDifference(before, after);
      const holds = (ranges: readonly { first: bigint; last: bigint }[]) =>
        ranges.some(({ first, last }) => first <= at && at <= last);
      expect(holds(added)).toBe(holds(after) && !holds(before));
      expect(holds(removed)).toBe(holds(before) && !holds(after));
    }),
    { numRuns: 300 },
  );
});

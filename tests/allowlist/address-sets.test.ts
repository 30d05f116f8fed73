import { describe, expect, test } from "vitest";
import { rangesOfSet } from "#lib/allowlist/sets/book.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
import { mergeRanges, rangesOverlap } from "#lib/shared/address-ranges.ts";
import { readCidr } from "#lib/shared/addresses.ts";

const RESERVED = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
  "::/8",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
  "2001:db8::/32",
];

describe("the address sets", () => {
  test.each(BUILT_IN_SETS)("$slug: every network is canonical, public and listed once", (set) => {
    const ranges = rangesOfSet(set);
    set.cidrs.forEach((cidr) => {
      expect(readCidr(cidr)).toMatchObject({ ok: true, value: { text: cidr } });
    });
    for (const text of RESERVED) {
      const reserved = readCidr(text);
      if (!reserved.ok) throw new Error(reserved.problem);
      expect(ranges.filter((range) => rangesOverlap(range, reserved.value))).toEqual([]);
    }
    const size = (list: readonly { first: bigint; last: bigint }[]) =>
      list.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
    expect(size(mergeRanges(ranges))).toBe(size(ranges));
  });

  test("Cloudflare has fifteen IPv4 and seven IPv6 networks, and not the range it gave up in 2021", () => {
    const cidrs: readonly string[] = BUILT_IN_SETS[0].cidrs;
    expect(cidrs.filter((cidr) => !cidr.includes(":")).length).toBe(15);
    expect(cidrs.filter((cidr) => cidr.includes(":")).length).toBe(7);
    expect(cidrs).toContain("172.64.0.0/13");
    expect(cidrs).not.toContain("104.16.0.0/12");
  });
});

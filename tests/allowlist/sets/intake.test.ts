import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { addressesIn, type Brought, difference, judge } from "#lib/allowlist/sets/intake.ts";
import { BUILT_IN } from "#tests/support/built-in-sets.ts";

const CLOUDFLARE = [...(BUILT_IN.get("cloudflare")?.cidrs ?? [])];

const bring = (text: string | Uint8Array, over: Partial<Brought> = {}) =>
  judge({
    content: typeof text === "string" ? Buffer.from(text) : text,
    ...{ lastGood: null, allowsPrivate: false, meant: "", ...over },
  });

const codes = (text: string | Uint8Array, over: Partial<Brought> = {}) =>
  bring(text, over).findings.map(({ code }) => code);

describe("a list that is brought", () => {
  test.each([
    ["a challenge page", "<!DOCTYPE html><title>Just a moment...</title>", "not_a_list"],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x31, 0x00]), "not_a_list"],
    ["a network cut short", [...CLOUDFLARE, "23:f800::/32"].join("\n"), "reserved"],
    ["a network with host bits", "198.41.128.1/17", "unreadable"],
    ["the whole Internet", "0.0.0.0/0", "too_wide"],
    ["a private network", "10.1.0.0/16", "reserved"],
    ["nothing", "# there is nothing here\n", "empty"],
  ])("that is %s is refused, with the reason", (_, text, code) => {
    const judged = bring(text);
    expect(judged).toMatchObject({ refused: true, cidrs: [], added: [], removed: [] });
    expect(judged.findings[0]?.code).toBe(code);
    expect(judged.findings[0]?.sentence).not.toBe("");
  });

  test("is kept canonical, each network once, with the SHA-256 of its bytes", () => {
    const text = "# ours\n2606:4700:0::/32\n173.245.48.0/20\n173.245.48.0/20\n1.1.1.1";
    expect(bring(text)).toEqual({
      refused: false,
      findings: [],
      cidrs: ["2606:4700::/32", "173.245.48.0/20", "1.1.1.1/32"],
      sha256: createHash("sha256").update(text).digest("hex"),
      added: ["1.1.1.1/32", "173.245.48.0/20", "2606:4700::/32"],
      removed: [],
    });
  });

  test("is told as the difference of addresses, not of lines", () => {
    const last = { lastGood: CLOUDFLARE };
    const halves = CLOUDFLARE.flatMap((cidr) =>
      cidr === "104.24.0.0/14" ? ["104.24.0.0/15", "104.26.0.0/15"] : [cidr],
    );
    expect(bring(halves.join("\n"), last)).toMatchObject({ refused: false, added: [], removed: [] });
    const stale = CLOUDFLARE.filter((cidr) => !["104.16.0.0/13", "104.24.0.0/14"].includes(cidr));
    expect(bring([...stale, "104.16.0.0/12"].join("\n"), last)).toMatchObject({
      ...{ refused: false, added: ["104.28.0.0/14"], removed: [] },
    });
  });

  test("may name private networks in a set for them, and still nothing reserved for something else", () => {
    const own = { allowsPrivate: true };
    const inside = "10.20.0.0/16\n172.16.9.0/24\n192.168.4.4\n100.64.1.0/24\nfd12:3456::/32\n8.8.8.8";
    expect(bring(inside, own)).toMatchObject({ refused: false, findings: [] });
    for (const text of ["127.0.0.1", "169.254.169.254", "224.0.0.0/8", "fe80::/64", "255.255.255.255"])
      expect(codes(text, own), text).toEqual(["reserved"]);
    // Half of it is not private.
    expect(codes("172.0.0.0/10", own)).toEqual(["reserved"]);
  });
});

describe("a list that differs from the version before by more than a feed may", () => {
  const lastGood = ["8.8.8.0/24", "2001:4860::/32"];
  const jumped = "8.8.8.0/22\n9.9.9.0/24\n149.112.112.0/24\n2001:4860::/32";

  test("is refused", () => {
    expect(codes(jumped, { lastGood })).toEqual(["count_jumped", "size_jumped"]);
    expect(codes("8.8.8.0/24", { lastGood })).toEqual(["family_missing"]);
  });

  test("passes where that is meant, and whoever accepts it reads why", () => {
    const meant = "Two more sites joined";
    const judged = bring(jumped, { lastGood, meant });
    expect(judged).toMatchObject({ refused: false, removed: [] });
    expect(judged.findings).toMatchObject([
      { code: "count_jumped", meant },
      { code: "size_jumped", meant },
    ]);
  });

  test("is refused whatever is meant, where the list itself is wrong", () => {
    const meant = "It is as it should be";
    expect(codes("0.0.0.0/0", { lastGood, meant })).toContain("too_wide");
    expect(codes("10.0.0.0/8", { lastGood, meant })).toContain("reserved");
    expect(codes("<html>", { lastGood, meant })).toEqual(["not_a_list"]);
  });
});

describe("a file that was carried", () => {
  const text = "8.8.8.0/24";
  const right = createHash("sha256").update(text).digest("hex");

  test("is the one that was sent, or is refused", () => {
    expect(bring(text, { sha256: right }).refused).toBe(false);
    const judged = bring(`${text}\n9.9.9.9`, { sha256: right });
    expect(judged).toMatchObject({ refused: true, findings: [{ code: "other_file" }] });
    expect(judged.findings[0]?.sentence).toContain(judged.sha256);
  });
});

test("two versions differ by the fewest networks, and hold so many addresses", () => {
  const [before, after] = [
    ["8.8.8.0/24", "2001:4860::/32"],
    ["8.8.8.0/25", "9.9.9.9/32"],
  ];
  expect(difference(before, after)).toEqual({
    added: ["9.9.9.9/32"],
    removed: ["8.8.8.128/25", "2001:4860::/32"],
  });
  // What stands in it twice counts once.
  expect(addressesIn(["8.8.8.0/24", "8.8.8.0/25", "2001:4860::/127"])).toEqual({ 4: 256n, 6: 2n });
});

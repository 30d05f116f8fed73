import { describe, expect, test } from "vitest";
import { draftPack, type PackAnswers } from "#lib/allowlist/pack-draft.ts";
import { rulePackFor } from "#lib/allowlist/packs.ts";
import { trafficText } from "#lib/allowlist/policy.ts";
import { rangesOfSet } from "#lib/allowlist/sets/book.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
import { mergeRanges, rangesOverlap } from "#lib/shared/address-ranges.ts";
import { readCidr } from "#lib/shared/addresses.ts";
import { BUILT_IN } from "../support/built-in-sets.ts";

const NO_ANSWERS: PackAnswers = { dnsResolvers: [], timeServers: [], userNetworks: [] };
const ANSWERS: PackAnswers = {
  dnsResolvers: [{ peerKind: "cidr", peer: "192.0.2.53/32" }],
  timeServers: [{ peerKind: "fqdn", peer: "time.example.com" }],
  userNetworks: [{ peerKind: "cidr", peer: "198.51.100.0/24" }],
};
const opens = (rules: readonly Parameters<typeof trafficText>[0][]) =>
  rules.map((rule) => trafficText(rule, BUILT_IN));

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

describe("the rule packs", () => {
  test("connected: calls out, browsers both ways, WorkOS's nine senders in, DNS and time as rules of their own", () => {
    expect(opens(draftPack("connected", ANSWERS, [], BUILT_IN).toAdd)).toEqual([
      "Egress tcp 443 to Cloudflare",
      "Egress tcp 443 to Cloudflare, by users' browsers",
      "Ingress tcp 443 from 198.51.100.0/24, by users' browsers",
      "Ingress tcp 443 from WorkOS senders",
      "Egress udp 53 to 192.0.2.53/32",
      "Egress tcp 53 to 192.0.2.53/32",
      "Egress udp 123 to time.example.com",
    ]);
  });

  test("restricted: WorkOS never starts a connection into the site", () => {
    const { toAdd } = draftPack("restricted", ANSWERS, [], BUILT_IN);
    expect(toAdd.filter((rule) => rule.direction === "ingress" && rule.carriedBy === "application")).toEqual(
      [],
    );
  });

  test("air-gapped: nothing", () => {
    expect(draftPack("air_gapped", ANSWERS, [], BUILT_IN)).toMatchObject({
      toAdd: [],
      present: [],
      leftOut: [],
    });
  });

  test("what users' browsers carry is labelled so, and no callback is filed under Cloudflare's ranges", () => {
    for (const mode of ["connected", "restricted"] as const) {
      const { rules } = rulePackFor(mode);
      expect(rules.filter((rule) => rule.carriedBy === "user_browser").length).toBe(2);
      expect(
        rules.filter(
          (rule) => rule.direction === "ingress" && "set" in rule.peer && rule.peer.set === "cloudflare",
        ),
      ).toEqual([]);
    }
  });

  test("every rule says what stops without it, and opens one port", () => {
    for (const mode of ["connected", "restricted"] as const) {
      for (const rule of rulePackFor(mode).rules) {
        expect(rule.purpose.length).toBeGreaterThan(10);
        expect(rule.without.length).toBeGreaterThan(10);
      }
    }
  });

  test("a question without an answer leaves its rules out, and says so", () => {
    const draft = draftPack("connected", NO_ANSWERS, [], BUILT_IN);
    expect(draft.leftOut.length).toBe(4);
    expect(opens(draft.toAdd)).toEqual([
      "Egress tcp 443 to Cloudflare",
      "Egress tcp 443 to Cloudflare, by users' browsers",
      "Ingress tcp 443 from WorkOS senders",
    ]);
  });

  test("applied twice it adds nothing", () => {
    const first = draftPack("connected", ANSWERS, [], BUILT_IN);
    const second = draftPack("connected", ANSWERS, first.toAdd, BUILT_IN);
    expect(second.toAdd).toEqual([]);
    expect(second.present.length).toBe(first.toAdd.length);
  });
});

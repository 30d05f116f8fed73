import { describe, expect, test } from "vitest";
import { coveringRule, findingsAbout, type KnownRule } from "#lib/allowlist/findings.ts";
import { BUILT_IN } from "../support/built-in-sets.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const LATER = new Date("2027-01-01T00:00:00Z");

function rule(over: Partial<KnownRule> = {}): KnownRule {
  return {
    id: "rule_a",
    direction: "egress",
    protocol: "tcp",
    portFrom: 443,
    portTo: 443,
    peerKind: "cidr",
    peer: "10.0.0.0/24",
    carriedBy: "application",
    expiresAt: null,
    retiredAt: null,
    ...over,
  };
}

const NAME = "the rule “Egress tcp 443 to 10.0.0.0/24” (rule_a)";

describe("what is odd about a rule", () => {
  test.each<[string, Partial<KnownRule>, Partial<KnownRule>, string]>([
    ["the same", {}, {}, `Opens exactly what ${NAME} opens already. Change that one instead.`],
    ["a part", { peer: "10.0.0.128/25" }, {}, `Covered by ${NAME}: this one opens nothing new.`],
    [
      "a part that lives longer",
      { peer: "10.0.0.128/25" },
      { expiresAt: LATER },
      `Covered by ${NAME} until that expires on 2027-01-01.`,
    ],
    ["more", { peer: "10.0.0.0/16" }, {}, `Covers ${NAME}, which then opens nothing of its own.`],
    [
      "some of it",
      { peer: "10.0.0.0/16", portFrom: 443, portTo: 443 },
      { portFrom: 400, portTo: 500 },
      "Overlaps the rule “Egress tcp 400-500 to 10.0.0.0/24” (rule_a): part of this is open already.",
    ],
    [
      "a network of a set",
      { peer: "104.16.0.0/14" },
      { peerKind: "address_set", peer: "cloudflare" },
      "Covered by the rule “Egress tcp 443 to Cloudflare” (rule_a): this one opens nothing new.",
    ],
    [
      "the old range around two of a set",
      { peer: "104.16.0.0/12" },
      { peerKind: "address_set", peer: "cloudflare" },
      "Overlaps the rule “Egress tcp 443 to Cloudflare” (rule_a): part of this is open already.",
    ],
    [
      "a name under a wildcard",
      { peerKind: "fqdn", peer: "api.workos.com" },
      { peerKind: "fqdn", peer: "*.workos.com" },
      "Covered by the rule “Egress tcp 443 to *.workos.com” (rule_a): this one opens nothing new.",
    ],
  ])("%s", (_name, candidate, other, sentence) => {
    const findings = findingsAbout(
      rule({ id: "rule_b", ...candidate }),
      [rule(other)],
      "connected",
      BUILT_IN,
    );
    expect(findings.map((finding) => finding.sentence)).toEqual([sentence]);
  });

  test.each<[string, Partial<KnownRule>]>([
    ["another direction", { direction: "ingress" }],
    ["another protocol", { protocol: "udp" }],
    ["another port", { portFrom: 444, portTo: 444 }],
    ["another network", { peer: "10.0.1.0/24" }],
    ["the other family", { peer: "::/0" }],
    ["a name", { peerKind: "fqdn", peer: "api.workos.com" }],
    ["another machine behind the boundary", { carriedBy: "user_browser" }],
  ])("nothing, where it is %s", (_name, over) => {
    expect(findingsAbout(rule(over), [rule({ id: "rule_b" })], "connected", BUILT_IN)).toEqual([]);
  });

  test("an air gap that would be opened", () => {
    expect(findingsAbout(rule(), [], "air_gapped", BUILT_IN)).toMatchObject([
      { kind: "air_gap", refused: false },
    ]);
  });

  test("only the same traffic is refused outright", () => {
    const others = [rule({ id: "rule_same" }), rule({ id: "rule_wide", peer: "10.0.0.0/8" })];
    const refused = findingsAbout(rule({ id: "rule_new" }), others, "connected", BUILT_IN).filter(
      (finding) => finding.refused,
    );
    expect(refused.map((finding) => finding.ruleId)).toEqual(["rule_same"]);
  });
});

describe("a rule that opens nothing of its own", () => {
  test("is shown with the rule that covers it", () => {
    const wide = rule({ id: "rule_wide", peer: "10.0.0.0/8" });
    expect(coveringRule(rule(), [rule(), wide], BUILT_IN)?.id).toBe("rule_wide");
    expect(coveringRule(wide, [rule(), wide], BUILT_IN)).toBeNull();
  });

  test("of two that say the same, is the younger", () => {
    const pair = [rule({ id: "rule_1" }), rule({ id: "rule_2" })];
    expect(pair.map((one) => coveringRule(one, pair, BUILT_IN)?.id)).toEqual([undefined, "rule_1"]);
  });

  test("is not one that outlives the rule around it", () => {
    const wide = rule({ id: "rule_wide", peer: "10.0.0.0/8", expiresAt: LATER });
    expect(coveringRule(rule(), [wide], BUILT_IN)).toBeNull();
    expect(coveringRule(rule({ expiresAt: NOW }), [wide], BUILT_IN)?.id).toBe("rule_wide");
  });
});

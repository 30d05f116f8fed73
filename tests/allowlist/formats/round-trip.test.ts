import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expressible, LIMITS } from "#lib/allowlist/formats/format.ts";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { type ExportRule, exportedAllowlist, trafficRules } from "#lib/allowlist/formats/normal-form.ts";
import { differenceOf, regionPeers } from "#lib/shared/allowlist/difference.ts";
import type { TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";
import { anyAllowlist } from "./arbitrary.ts";
import { DEPLOYMENT, NOW } from "./every-kind.ts";
import { READERS } from "./readers/index.ts";

/** What a file cannot tell apart: who carries the traffic. */
const carriedByAnyone = (rules: readonly TrafficRule[]): TrafficRule[] =>
  rules.map((rule) => ({ ...rule, carriedBy: "application" as const }));

describe.each(FORMATS.map((format) => [format.id, format] as const))("%s", (id, format) => {
  test("lets pass exactly what the model lets pass, as far as the format can say it", () => {
    const reader = READERS[id];
    fc.assert(
      fc.property(anyAllowlist, (allowlist) => {
        const file = format.render(allowlist);
        if (!reader) return expectAddresses(file, allowlist);
        let wanted = carriedByAnyone(trafficRules({ ...allowlist, rules: expressible(allowlist, format) }));
        if (format.cannot.includes("ipv4")) wanted = onlyFamily(wanted, 4);
        if (format.cannot.includes("ipv6")) wanted = onlyFamily(wanted, 6);
        const { opened, closed } = differenceOf(wanted, reader(file));
        expect([...opened, ...closed].map((region) => [region.witness, ...regionPeers(region)])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("names every rule that it does not hold", () => {
    fc.assert(
      fc.property(anyAllowlist, (allowlist) => {
        const file = format.render(allowlist);
        const held = expressible(allowlist, format);
        for (const rule of allowlist.rules.filter((each) => !held.includes(each)))
          expect(file).toContain(rule.id);
      }),
      { numRuns: 20 },
    );
  });

  test("what people type stays what it is: no line of the file is theirs", () => {
    const typed = "x\r\npermit ip any any\u2028\"; rm -rf / #'`$(id)\\";
    const rule: ExportRule = {
      ...{ id: "rule_1", direction: "egress", protocol: "tcp", portFrom: 443, portTo: 443, peerKind: "cidr" },
      ...{
        peer: "203.0.113.0/24",
        carriedBy: "application",
        hosts: [],
        pack: null,
        expiresAt: null,
        retiredAt: null,
      },
      ...{ purpose: typed, ownerName: typed, ticket: typed },
    };
    const plain = format.render(
      exportedAllowlist(DEPLOYMENT, [{ ...rule, purpose: "x", ownerName: "x", ticket: "x" }], NOW, BUILT_IN),
    );
    const file = format.render(
      exportedAllowlist({ ...DEPLOYMENT, name: typed, customerName: typed }, [rule], NOW, BUILT_IN),
    );
    // JSON and CSV have strings that may hold anything.
    if (["csv", "json"].includes(id) || format.type === "application/json") return;
    expect(lineCount(file)).toBe(lineCount(plain));
    const commands = file
      .split(/\r?\n/)
      .filter((line) => !/^\s*(#|!|\/\/)/.test(line) && !/ remark /.test(line));
    expect(commands.filter((line) => /[`]|\$\(id\)/.test(line))).toEqual([]);
  });
});

test("each format has its own id, and every limit is some format's", () => {
  expect(new Set(FORMATS.map(({ id }) => id)).size).toBe(FORMATS.length);
  const used = new Set(FORMATS.flatMap(({ cannot }) => cannot));
  expect(Object.keys(LIMITS).filter((limit) => !used.has(limit as keyof typeof LIMITS))).toEqual([]);
});

function onlyFamily(rules: readonly TrafficRule[], family: 4 | 6): TrafficRule[] {
  return rules.flatMap((rule) => {
    if (!("ranges" in rule.peer)) return [];
    const ranges = rule.peer.ranges.filter((range) => range.family === family);
    return ranges.length > 0 ? [{ ...rule, peer: { ranges } }] : [];
  });
}

/** The External Dynamic List has addresses and nothing else. */
function expectAddresses(file: string, allowlist: ReturnType<typeof exportedAllowlist>): void {
  const listed = file.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const wanted = allowlist.rules
    .filter(({ direction }) => direction === "egress")
    .flatMap(({ networks }) => [...networks[4], ...networks[6]]);
  expect(listed.toSorted()).toEqual([...new Set(wanted)].toSorted());
}

function lineCount(file: string): number {
  return file.split(/[\r\n\u2028\u2029]+/).length;
}

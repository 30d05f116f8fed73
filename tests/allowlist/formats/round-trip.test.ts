import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expressible, LIMITS } from "#lib/allowlist/formats/format.ts";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { type ExportRule, exportedAllowlist, trafficRules } from "#lib/allowlist/formats/normal-form.ts";
import { cidrOf } from "#lib/shared/addresses.ts";
import { differenceOf, regionPeers } from "#lib/shared/allowlist/difference.ts";
import type { TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";
import { READERS } from "./readers/index.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const DEPLOYMENT = { id: "dep_1", name: "Frankfurt", mode: "connected" as const, customerName: "Nordbank" };

const anyRule: fc.Arbitrary<Omit<ExportRule, "id">> = fc
  .record({
    direction: fc.constantFrom("egress" as const, "ingress" as const),
    protocol: fc.constantFrom("tcp" as const, "udp" as const, "icmp" as const),
    ports: fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 })),
    peer: fc.oneof(
      fc.tuple(fc.bigInt(0n, 0xffffffffn), fc.nat(32)).map(([value, prefix]) => ({
        peerKind: "cidr" as const,
        peer: cidrOf({ family: 4, value }, prefix).text,
      })),
      fc.tuple(fc.bigInt(1n << 100n, (1n << 128n) - 1n), fc.nat(128)).map(([value, prefix]) => ({
        peerKind: "cidr" as const,
        peer: cidrOf({ family: 6, value }, prefix).text,
      })),
      fc
        .constantFrom("cloudflare", "workos-senders")
        .map((peer) => ({ peerKind: "address_set" as const, peer })),
      fc
        .constantFrom("api.example.com", "*.example.com", "xn--bcher-kva.example")
        .map((peer) => ({ peerKind: "fqdn" as const, peer })),
    ),
    carriedBy: fc.constantFrom("application", "user_browser"),
    purpose: fc.string({ unit: "binary", maxLength: 300 }),
    ownerName: fc.string({ unit: "grapheme", maxLength: 20 }),
    ticket: fc.string({ maxLength: 20 }),
    hosts: fc.constantFrom([], ["api.workos.com", "auth.workos.com"]),
    expiresAt: fc.constantFrom(null, new Date("2026-12-24T12:30:00Z")),
  })
  .map(({ peer, ports: [a, b], ...rest }) => ({
    ...rest,
    ...peer,
    // What comes in shows no name: no rule of that kind can be saved.
    direction: peer.peerKind === "fqdn" ? "egress" : rest.direction,
    portFrom: rest.protocol === "icmp" ? null : Math.min(a, b),
    portTo: rest.protocol === "icmp" ? null : Math.max(a, b),
    pack: null,
    retiredAt: null,
  }));

const anyAllowlist = fc
  .array(anyRule, { maxLength: 15 })
  .map((rules) =>
    rules.map((rule, index) => ({
      ...rule,
      id: `rule_01J9Z3K7Q2V5W8X4Y6A1B0C${index.toString().padStart(3, "0")}`,
    })),
  )
  .map((rules) => exportedAllowlist(DEPLOYMENT, rules, NOW, BUILT_IN));

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

import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csv } from "#lib/allowlist/formats/csv.ts";
import { json } from "#lib/allowlist/formats/json.ts";
import { nftables } from "#lib/allowlist/formats/nftables.ts";
import { type ExportRule, exportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { squid } from "#lib/allowlist/formats/squid.ts";
import { cidrOf } from "#lib/shared/addresses.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";
import { DEPLOYMENT, EVERY_KIND, NOW, rule } from "./every-kind.ts";

const exported = (rules: readonly ExportRule[]) => exportedAllowlist(DEPLOYMENT, rules, NOW, BUILT_IN);

/** What nft itself says of the file; null where nft is not installed or may not be used. */
function nftCheck(file: string): { status: number | null; stderr: string } | null {
  const path = join(mkdtempSync(join(tmpdir(), "sallyport-nft-")), "allowlist.nft");
  writeFileSync(path, file);
  const { status, stderr, error } = spawnSync("nft", ["-c", "-f", path], { encoding: "utf8" });
  return error || /Operation not permitted/.test(stderr) ? null : { status, stderr };
}
const canCheck = nftCheck("table inet t {\n}\n") !== null;

describe("nftables", () => {
  const file = nftables.render(exported(EVERY_KIND));

  test("denies by default on both families, in every direction", () => {
    for (const hook of ["input", "output", "forward"]) {
      expect(file).toContain(`type filter hook ${hook} priority filter; policy drop;`);
    }
    expect(file).toContain("table inet sallyport");
  });

  test("opens what the rules name, on the family of the peer", () => {
    expect(file).toContain('ip daddr 203.0.113.0/24 tcp dport 443 accept comment "rule_01"');
    expect(file).toContain('ip6 daddr 2001:db8::/32 tcp dport 8000-8100 accept comment "rule_02"');
    expect(file).toContain('ip daddr @cloudflare_4 tcp dport 443 accept comment "rule_03"');
    expect(file).toContain('ip6 daddr @cloudflare_6 tcp dport 443 accept comment "rule_03"');
    expect(file).toContain('ip saddr @workos_senders_4 tcp dport 443 accept comment "rule_04"');
    expect(file).not.toContain("workos_senders_6");
  });

  test("says in the file what it cannot express", () => {
    expect(file).toContain("# NOT OPENED by this file: Egress tcp 443 to *.example.com (rule_05)");
    expect(file).toContain(
      "# It knows no dates: what expires has to be taken out by hand, or exported again. Rules concerned: 1.",
    );
    expect(file).toContain("# Expires 2026-12-24T00:00:00.000Z.");
    expect(file).not.toMatch(/accept comment "rule_05"/);
  });

  test("lets nothing that people typed out of its comment", () => {
    expect(file.split("\n").filter((line) => /^\s*flush/.test(line))).toEqual([]);
    expect(file).toContain('# rule_09: A "purpose" flush ruleset; # no');
  });

  test.runIf(canCheck)("loads: nft finds nothing wrong with it", () => {
    expect(nftCheck(file)).toEqual({ status: 0, stderr: "" });
    expect(nftCheck(nftables.render(exported([])))).toEqual({ status: 0, stderr: "" });
  });

  test.runIf(canCheck)("loads whatever the rules are", () => {
    const anyRule = fc
      .record({
        direction: fc.constantFrom("egress" as const, "ingress" as const),
        protocol: fc.constantFrom("tcp" as const, "udp" as const, "icmp" as const),
        ports: fc.tuple(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 1, max: 65535 })),
        peer: fc.oneof(
          fc
            .tuple(fc.bigInt(0n, 0xffffffffn), fc.nat(32))
            .map(([value, prefix]) => cidrOf({ family: 4, value }, prefix).text),
          fc
            .tuple(fc.bigInt(1n << 100n, (1n << 128n) - 1n), fc.nat(128))
            .map(([value, prefix]) => cidrOf({ family: 6, value }, prefix).text),
        ),
        purpose: fc.string({ unit: "binary" }),
      })
      .map(({ ports: [a, b], protocol, ...rest }) =>
        rule({
          ...rest,
          protocol,
          portFrom: protocol === "icmp" ? null : Math.min(a, b),
          portTo: protocol === "icmp" ? null : Math.max(a, b),
        }),
      );
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 60 }), (rules) => {
        expect(nftCheck(nftables.render(exported(rules)))).toEqual({ status: 0, stderr: "" });
      }),
      { numRuns: 15 },
    );
  });
});

const hasSquid = spawnSync("sh", ["-c", "command -v squid"]).status === 0;

test.runIf(hasSquid)("Squid's own parser finds nothing wrong with its file", () => {
  const path = join(mkdtempSync(join(tmpdir(), "sallyport-squid-")), "squid.conf");
  const names = [rule({ id: "rule_10", peerKind: "fqdn", peer: "api.example.com" })];
  writeFileSync(path, `http_port 127.0.0.1:3128\n${squid.render(exported([...EVERY_KIND, ...names]))}`);
  const { status, stderr } = spawnSync("squid", ["-k", "parse", "-f", path], { encoding: "utf8" });
  expect([status, stderr.split("\n").filter((line) => /ERROR|FATAL|WARNING/.test(line))]).toEqual([0, []]);
});

describe("CSV", () => {
  test("has one line a rule and ends with what denies the rest", () => {
    const lines = csv.render(exported(EVERY_KIND)).trimEnd().split("\r\n");
    expect(lines[0]).toMatch(/^rule,direction,protocol/);
    expect(lines.length).toBe(1 + EVERY_KIND.length + 2);
  });

  test.each(["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])(
    "makes %j text that no spreadsheet runs",
    (purpose) => {
      const line = csv.render(exported([rule({ purpose })]));
      expect(line).toContain(`"'${purpose.replaceAll('"', '""')}"`);
    },
  );
});

describe("JSON", () => {
  test("says everything, and denies the rest", () => {
    const document = JSON.parse(json.render(exported(EVERY_KIND)));
    expect(document.default).toEqual({ egress: "deny", ingress: "deny" });
    expect(document.rules.length).toBe(EVERY_KIND.length);
    expect(document.address_sets.map((set: { slug: string }) => set.slug)).toEqual([
      "cloudflare",
      "workos-senders",
    ]);
  });
});

describe("the digest", () => {
  test("is the same for the same doors, in whatever order, whoever owns them, whenever", () => {
    const other = exportedAllowlist(
      DEPLOYMENT,
      EVERY_KIND.toReversed().map((one) => ({ ...one, ticket: "X" })),
      new Date(0),
      BUILT_IN,
    );
    expect(other.digest).toBe(exported(EVERY_KIND).digest);
  });

  test("changes with any door", () => {
    expect(exported([rule({ portTo: 444 })]).digest).not.toBe(exported([rule()]).digest);
    expect(exported([rule(), rule({ id: "rule_02", peer: "::/0" })]).digest).not.toBe(
      exported([rule()]).digest,
    );
  });
});

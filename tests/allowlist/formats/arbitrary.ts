import fc from "fast-check";
import { type ExportRule, exportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { cidrOf } from "#lib/shared/addresses.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";
import { DEPLOYMENT, NOW } from "./every-kind.ts";

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

/** An allowlist of any rules that can be saved. */
export const anyAllowlist = fc
  .array(anyRule, { maxLength: 15 })
  .map((rules) =>
    rules.map((rule, index) => ({
      ...rule,
      id: `rule_01J9Z3K7Q2V5W8X4Y6A1B0C${index.toString().padStart(3, "0")}`,
    })),
  )
  .map((rules) => exportedAllowlist(DEPLOYMENT, rules, NOW, BUILT_IN));

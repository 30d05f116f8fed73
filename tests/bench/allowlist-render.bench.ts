import type { AllowlistFormat } from "#lib/allowlist/formats/format.ts";
import { FORMATS } from "#lib/allowlist/formats/index.ts";
import { type ExportRule, exportedAllowlist } from "#lib/allowlist/formats/normal-form.ts";
import { BUILT_IN } from "../support/built-in-sets.ts";
import type { Bench, BenchCase } from "./bench.ts";

const RULES = 1_000;
const LASTS_MS = 2_000;

/** 1,000 rules of networks, names and sets, in both families and directions. */
function rules(): ExportRule[] {
  return Array.from({ length: RULES }, (_, index) => ({
    id: `rule_${index.toString().padStart(26, "0")}`,
    direction: index % 4 === 0 ? "ingress" : "egress",
    protocol: index % 5 === 0 ? "udp" : "tcp",
    portFrom: 1 + (index % 60_000),
    portTo: 1 + (index % 60_000) + (index % 3) * 100,
    ...(index % 10 === 1
      ? { peerKind: "fqdn" as const, peer: `host-${index}.example.com` }
      : index % 7 === 0
        ? { peerKind: "cidr" as const, peer: `2001:db8:${index.toString(16)}::/48` }
        : { peerKind: "cidr" as const, peer: `10.${index >> 8}.${index & 255}.0/24` }),
    carriedBy: "application",
    hosts: [],
    purpose: `Reach system ${index} of the partner`,
    ownerName: "Network team",
    ticket: `NET-${index}`,
    pack: null,
    expiresAt: index % 20 === 0 ? new Date("2027-01-01T00:00:00Z") : null,
    retiredAt: null,
  }));
}

const DEPLOYMENT = { id: "dep_1", name: "Frankfurt", mode: "connected" as const, customerName: "Nordbank" };

/** Those for hosts and appliances, and one cloud. */
const TWELVE = [
  ...["nftables", "iptables", "ip6tables", "pf", "windows", "cisco-asa", "cisco-ios", "juniper-srx"],
  ...["palo-alto", "fortigate", "check-point", "aws-json"],
];

/** Each render begins with the rules as they are stored: the form that all formats share, and its digest, are part of it. */
function renderCase(name: string, formats: readonly AllowlistFormat[]): BenchCase {
  return {
    name,
    unit: "ms",
    better: "lower",
    ours: async () => {
      const inForce = rules();
      return {
        measure: async () => {
          const begun = performance.now();
          let operations = 0;
          for (; performance.now() - begun < LASTS_MS; operations += 1) {
            const allowlist = exportedAllowlist(DEPLOYMENT, inForce, new Date(), BUILT_IN);
            const files = formats.map(({ render }) => render(allowlist));
            if (files.some((file) => file.length < RULES)) throw new Error("A file is missing its rules.");
          }
          return { value: (performance.now() - begun) / operations, operations };
        },
      };
    },
    peer: null,
  };
}

export const bench: Bench = {
  cases: [
    renderCase(
      "1,000 rules in 12 formats",
      FORMATS.filter(({ id }) => TWELVE.includes(id)),
    ),
    renderCase(`1,000 rules in all ${FORMATS.length} formats`, FORMATS),
  ],
};

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ip6tables, iptables } from "#lib/allowlist/formats/iptables.ts";
import { nftables } from "#lib/allowlist/formats/nftables.ts";
import {
  type ExportedAllowlist,
  type ExportRule,
  exportedAllowlist,
  trafficRules,
} from "#lib/allowlist/formats/normal-form.ts";
import { newestVersion, PACKS } from "#lib/allowlist/packs/index.ts";
import type { PackAnswers } from "#lib/allowlist/packs/questions.ts";
import { wantedRules } from "#lib/allowlist/packs/wanted.ts";
import { addressText, cidrOf, type Family, readCidr } from "#lib/shared/addresses.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";
import { LINK, PacketLab, whyNoLab } from "./lab.ts";

const DEPLOYMENT = { id: "dep_1", name: "Frankfurt", mode: "connected" as const, customerName: "Nordbank" };
const ALLOWLISTS = 8;
const PROBES_MIN = 300;

// Networks in which any address may be probed: unicast, and neither the link itself nor what a kernel treats apart.
const HOMES = {
  4: [0x0b000000n, 0x2d400000n, 0x68100000n, 0xcb007100n],
  6: [0x20010db8n << 96n, 0x26064700n << 96n],
} as const satisfies Record<Family, bigint[]>;

const cidr = fc
  .constantFrom<Family>(4, 6)
  .chain((family) =>
    fc
      .tuple(fc.constantFrom(...HOMES[family]), fc.nat(0xffff), fc.integer({ min: 0, max: 14 }))
      .map(
        ([home, offset, hostBits]) =>
          cidrOf({ family, value: home + BigInt(offset) }, (family === 4 ? 32 : 128) - hostBits).text,
      ),
  );

/** Networks to all that packs ask for, of both families: what a packet cannot carry is a name. */
const ANSWERS: PackAnswers = {
  userNetworks: ["203.0.113.0/29", "2001:db8:1::/64"],
  collectorPort: ["6514"],
  dnsResolvers: ["203.0.113.8/32", "2001:db8:2::53/128"],
  timeServers: ["203.0.113.16/30"],
  ntsServers: ["203.0.113.24/32"],
  updateServers: ["203.0.113.32/29"],
  directoryServers: ["203.0.113.40/32", "2001:db8:3::10/128"],
  directoryPorts: ["636", "3268-3269"],
  mailRelays: ["203.0.113.48/32"],
  identityProviders: ["203.0.113.56/32"],
  provisioningSources: ["203.0.113.64/28"],
};

const anyRule = fc
  .record({
    direction: fc.constantFrom("egress" as const, "ingress" as const),
    protocol: fc.constantFrom("tcp" as const, "udp" as const, "icmp" as const),
    ports: fc.oneof(
      fc.integer({ min: 2, max: 65_534 }).map((port): [number, number] => [port, port]),
      fc.tuple(fc.integer({ min: 2, max: 65_534 }), fc.integer({ min: 2, max: 65_534 })),
    ),
    peer: fc.oneof(
      { weight: 5, arbitrary: cidr },
      { weight: 1, arbitrary: fc.constantFrom("cloudflare", "workos-senders") },
    ),
  })
  .map(({ peer, protocol, ports: [a, b], direction }) =>
    rule({
      ...{ direction, protocol, peer, peerKind: peer.includes("/") ? "cidr" : "address_set" },
      portFrom: protocol === "icmp" ? null : Math.min(a, b),
      portTo: protocol === "icmp" ? null : Math.max(a, b),
    }),
  );

function rule(over: Partial<ExportRule>): ExportRule {
  return {
    ...{
      id: "rule_1",
      direction: "egress",
      protocol: "tcp",
      portFrom: 443,
      portTo: 443,
      peerKind: "cidr",
      peer: "0.0.0.0/0",
    },
    ...{
      carriedBy: "application",
      hosts: [],
      purpose: "A probe",
      ownerName: "",
      ticket: "",
      pack: null,
      expiresAt: null,
      retiredAt: null,
    },
    ...over,
  };
}

const missing = whyNoLab(["nft", "iptables-restore", "ip6tables-restore"]);

describe.skipIf(missing)(
  `real packets pass exactly where the model lets them (${missing ?? "in two network namespaces"})`,
  () => {
    let lab: PacketLab;
    beforeAll(() => {
      lab = new PacketLab();
    });
    afterAll(() => lab.end());

    const engines = {
      nftables: (allowlist: ExportedAllowlist) => lab.load("nft", nftables.render(allowlist)),
      iptables: (allowlist: ExportedAllowlist) => {
        lab.load("iptables-restore", iptables.render(allowlist));
        lab.load("ip6tables-restore", ip6tables.render(allowlist));
      },
    };

    test.each(Object.entries(engines))(
      "%s, for generated allowlists",
      (_, load) => {
        const lists = fc.sample(fc.array(anyRule, { minLength: 4, maxLength: 10 }), ALLOWLISTS);
        let sent = 0;
        for (const rules of lists) sent += expectSame(load, rules, probesOf(rules));
        expect(sent).toBeGreaterThanOrEqual(PROBES_MIN);
      },
      120_000,
    );

    test.each(Object.entries(engines))(
      "%s, for every version of every rule pack, and for all that a site of each mode may have together",
      (_, load) => {
        const alone = PACKS.flatMap(({ id, versions }) =>
          versions.map(({ number }) => new Map([[id, number]])),
        );
        const together = (["connected", "restricted", "air_gapped"] as const).map((mode) => {
          const possible = PACKS.filter(({ modes }) => typeof modes[mode] === "string");
          return new Map(possible.map((pack) => [pack.id, newestVersion(pack).number]));
        });
        for (const versions of [...alone, ...together]) {
          const ticked = new Map(
            [...versions].map(([id, packVersion]) => [id, { packVersion, answers: ANSWERS }]),
          );
          const rules = [...wantedRules(ticked).values()].map((wanted, index) =>
            rule({ ...wanted, id: `rule_${index}` }),
          );
          const elsewhere = probesOf([
            rule({ peer: "11.0.0.0/24" }),
            rule({ direction: "ingress", peer: "2001:db8::/64" }),
          ]);
          expect(rules.length).toBeGreaterThan(0);
          expectSame(load, rules, [...probesOf(rules), ...elsewhere]);
        }
      },
      120_000,
    );

    /** Returns how many packets were sent. */
    function expectSame(
      load: (allowlist: ExportedAllowlist) => void,
      rules: ExportRule[],
      probes: Packet[],
    ): number {
      const named = rules.map((each, index) => ({ ...each, id: `rule_${index}` }));
      const allowlist = exportedAllowlist(DEPLOYMENT, named, new Date(), BUILT_IN);
      lab.clear();
      load(allowlist);
      const anyCarrier = trafficRules(allowlist).map((each) => ({
        ...each,
        carriedBy: "application" as const,
      }));
      const { decide } = compileAllowlist(anyCarrier);
      const came = lab.send(probes);
      const wrong = probes.flatMap((packet, index) =>
        decide(packet).allowed === came[index] ? [] : [{ ...packet, came: came[index] }],
      );
      expect(wrong).toEqual([]);
      return probes.length;
    }
  },
);

/** Packets at every edge of every rule: its first and last address and port, and those just beyond. */
function probesOf(rules: readonly ExportRule[]): Packet[] {
  const packets = new Map<string, Packet>();
  for (const { direction, protocol, networks, portFrom, portTo } of exportedAllowlist(
    DEPLOYMENT,
    rules,
    new Date(),
    BUILT_IN,
  ).rules) {
    const ports =
      portFrom === null || portTo === null ? [null] : [portFrom - 1, portFrom, portTo, portTo + 1];
    const peers = [...networks[4].slice(0, 4), ...networks[6].slice(0, 3)].flatMap(edgesOf);
    for (const peer of peers) {
      for (const port of ports) {
        if (port !== null && (port < 1 || port > 65_535)) continue;
        const packet: Packet = { direction, protocol, carriedBy: "application", peer, port, name: null };
        packets.set(JSON.stringify(packet), packet);
      }
    }
  }
  return [...packets.values()];
}

function edgesOf(text: string): string[] {
  const reading = readCidr(text);
  if (!reading.ok) throw new Error(reading.problem);
  const { family, first, last } = reading.value;
  const link = readCidr(LINK[family]);
  return [...new Set([first - 1n, first, last, last + 1n])]
    .filter((at) => at > 0n && link.ok && (at < link.value.first || at > link.value.last))
    .map((at) => addressText(family, at))
    .filter((address) => !/^(0|127|2[2-5]\d)\./.test(address) && (family === 4 || /^2/.test(address)));
}

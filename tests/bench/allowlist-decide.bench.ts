import { BlockList } from "node:net";
import { addressText, cidrOf } from "#lib/shared/addresses.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import type { Packet, TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import type { Bench, BenchCase, Contender } from "./bench.ts";
import { numbers } from "./numbers.ts";

const WEB = { direction: "egress", protocol: "tcp", carriedBy: "application" } as const;
const LASTS_MS = 2_000;
const AT_ONCE = 4_096;

/** Networks of a /16 to a /32 anywhere, and addresses of which every other lies in one of them. */
function work(count: number) {
  const next = numbers(count);
  const networks = Array.from({ length: count }, () =>
    cidrOf({ family: 4, value: BigInt(next(2 ** 32)) }, 16 + next(17)),
  );
  const addresses = Array.from({ length: AT_ONCE }, (_, index) => {
    const network = networks[next(count)] ?? networks[0];
    const value = index % 2 === 0 ? (network?.first ?? 0n) : BigInt(next(2 ** 32));
    // As a socket says it: a text of its own, and not a part of a longer one, which takes both sides longer to read.
    return addressText(4, value);
  });
  return { networks, addresses };
}

function contender(addresses: readonly string[], decideAll: () => number): Contender {
  const passing = decideAll();
  if (passing < addresses.length / 2) throw new Error("What was put into a network did not pass.");
  return {
    measure: async () => {
      const begun = performance.now();
      let operations = 0;
      while (performance.now() - begun < LASTS_MS) {
        if (decideAll() !== passing) throw new Error("The same packets were decided differently.");
        operations += addresses.length;
      }
      return { value: operations / ((performance.now() - begun) / 1_000), operations };
    },
  };
}

function decideCase(count: number): BenchCase {
  return {
    name: `${count.toLocaleString("en")} rules`,
    unit: "decisions/s",
    better: "higher",
    ours: async () => {
      const { networks, addresses } = work(count);
      const rules = networks.map(
        (network, index): TrafficRule => ({
          ...WEB,
          id: `rule_${index}`,
          ports: { from: 443, to: 443 },
          peer: { ranges: [network] },
        }),
      );
      const { decide } = compileAllowlist(rules);
      const packets = addresses.map((peer): Packet => ({ ...WEB, port: 443, peer, name: null }));
      return contender(addresses, () =>
        packets.reduce((sum, packet) => sum + (decide(packet).allowed ? 1 : 0), 0),
      );
    },
    peer: async () => {
      const { networks, addresses } = work(count);
      const list = new BlockList();
      for (const { text, prefix } of networks) list.addSubnet(text.slice(0, text.indexOf("/")), prefix);
      return contender(addresses, () =>
        addresses.reduce((sum, address) => sum + (list.check(address) ? 1 : 0), 0),
      );
    },
  };
}

export const bench: Bench = { cases: [decideCase(22), decideCase(10_000)] };

import { cidrOf } from "#lib/shared/addresses.ts";
import { differenceOf } from "#lib/shared/allowlist/difference.ts";
import { worthOf } from "#lib/shared/allowlist/redundancy.ts";
import type { TrafficRule } from "#lib/shared/allowlist/traffic.ts";
import type { Bench, BenchCase } from "./bench.ts";
import { numbers } from "./numbers.ts";

const RULES = 10_000;
const TCP = { direction: "egress", protocol: "tcp", carriedBy: "application" } as const;

/** Networks of a /12 to a /32 in both families and names, on few services and on runs of ports, as allowlists are written. */
function rules(seed: number): TrafficRule[] {
  const next = numbers(seed);
  const peer = (): TrafficRule["peer"] => {
    const kind = next(10);
    if (kind === 0) return { name: `host-${next(5_000)}.partner-${next(50)}.example` };
    if (kind < 3)
      return {
        ranges: [
          cidrOf({ family: 6, value: (0x2001n << 112n) | (BigInt(next(2 ** 32)) << 64n) }, 48 + next(17)),
        ],
      };
    return { ranges: [cidrOf({ family: 4, value: BigInt(next(2 ** 32)) }, 12 + next(21))] };
  };
  return Array.from({ length: RULES }, (_, index) => {
    const from = next(4) === 0 ? 1 + next(60_000) : ([443, 80, 22, 5432, 53][next(5)] as number);
    const ports = { from, to: from + (next(5) === 0 ? next(1_000) : 0) };
    const protocol = next(5) === 0 ? "udp" : "tcp";
    return { ...TCP, id: `rule_${index}`, protocol, ports, peer: peer() };
  });
}

function timed(name: string, work: () => () => number): BenchCase {
  return {
    name,
    unit: "ms",
    better: "lower",
    ours: async () => {
      const once = work();
      const found = once();
      return {
        measure: async () => {
          const begun = performance.now();
          if (once() !== found) throw new Error("The same lists gave something else.");
          return { value: performance.now() - begun, operations: 1 };
        },
      };
    },
    peer: null,
  };
}

function differing(after: (before: readonly TrafficRule[]) => TrafficRule[], least: number) {
  return () => {
    const before = rules(7);
    const now = after(before);
    return () => {
      const { opened, closed } = differenceOf(before, now);
      if (opened.length + closed.length < least) throw new Error("A difference is missing.");
      return opened.length + closed.length;
    };
  };
}

export const bench: Bench = {
  cases: [
    timed(
      "10,000 against 10,000 rules, one in ten another",
      differing((before) => {
        const others = rules(11);
        return before.map((rule, index) => (index % 10 === 0 ? (others[index] as TrafficRule) : rule));
      }, 500),
    ),
    timed(
      "10,000 against 10,000 rules, all of them others",
      differing(() => rules(11), 5_000),
    ),
    timed("what each of 10,000 rules is worth", () => {
      const all = rules(7);
      return () => worthOf(all).filter(({ state }) => state === "needed").length;
    }),
  ],
};

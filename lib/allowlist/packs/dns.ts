import type { PackRule, RulePack } from "./pack.ts";
import { USUAL_OUTSIDE } from "./site.ts";

const RESOLVE = {
  direction: "egress",
  port: 53,
  peer: { ask: "dnsResolvers" },
  carriedBy: "application",
  hosts: [],
  without: "No name resolves unless a resolver inside answers, and every other egress rule is then useless.",
} as const satisfies Partial<PackRule>;

export const dns: RulePack = {
  id: "dns",
  name: "DNS",
  group: "site",
  summary: "A rule of its own, because deny-all that forgets it closes every other door as well.",
  modes: USUAL_OUTSIDE,
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        { ...RESOLVE, protocol: "udp", purpose: "Resolve names (DNS)" },
        { ...RESOLVE, protocol: "tcp", purpose: "Resolve names whose answers are long (DNS over TCP)" },
      ],
    },
  ],
};

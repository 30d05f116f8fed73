import type { PackRule, RulePack } from "./pack.ts";
import { USUAL_OUTSIDE } from "./site.ts";

const NTP: PackRule = {
  direction: "egress",
  protocol: "udp",
  port: 123,
  peer: { ask: "timeServers" },
  carriedBy: "application",
  hosts: [],
  purpose: "Keep the clock right (NTP)",
  without: "When the clock drifts, tokens and SAML responses are refused.",
};

/** RFC 8915: keys over TCP first, then NTP as before. */
const NTS: PackRule = {
  ...NTP,
  protocol: "tcp",
  port: 4460,
  peer: { ask: "ntsServers" },
  purpose: "Exchange keys with time servers that prove who they are (NTS)",
  without: "The clock is not kept from these servers, for they answer nobody without a key.",
};

export const time: RulePack = {
  id: "time",
  name: "Time",
  group: "site",
  summary: "A right clock, without which signatures and tokens are refused.",
  modes: USUAL_OUTSIDE,
  versions: [
    { number: 1, releasedOn: "2026-11-24", change: "First version.", rules: [NTP] },
    {
      number: 2,
      releasedOn: "2026-11-28",
      change: "Asks for time servers that prove who they are, and opens their key exchange (NTS).",
      rules: [NTP, NTS, { ...NTP, peer: { ask: "ntsServers" } }],
    },
  ],
};

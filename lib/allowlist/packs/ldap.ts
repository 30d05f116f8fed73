import type { RulePack } from "./pack.ts";
import { OFFERED } from "./site.ts";

export const ldap: RulePack = {
  id: "ldap",
  name: "LDAP and Active Directory",
  group: "offline",
  summary:
    "The offline identity service signs people in with their directory's password, and reads its groups.",
  modes: OFFERED,
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-28",
      change: "First version.",
      rules: [
        {
          direction: "egress",
          protocol: "tcp",
          port: { ask: "directoryPorts", otherwise: 636 },
          peer: { ask: "directoryServers" },
          carriedBy: "application",
          hosts: [],
          purpose: "Check passwords and read people and groups in the customer's directory (LDAP)",
          without: "Nobody signs in with a directory password, and the directory is not synced.",
        },
      ],
    },
  ],
};

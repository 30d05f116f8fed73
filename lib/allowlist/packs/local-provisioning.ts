import type { RulePack } from "./pack.ts";
import { OFFERED } from "./site.ts";

export const localProvisioning: RulePack = {
  id: "local-provisioning",
  name: "Provisioning by SCIM on site",
  group: "offline",
  summary: "The customer's directory pushes its people and groups to the offline identity service.",
  modes: OFFERED,
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-28",
      change: "First version.",
      rules: [
        {
          direction: "ingress",
          protocol: "tcp",
          port: 443,
          peer: { ask: "provisioningSources" },
          carriedBy: "application",
          hosts: [],
          purpose: "Receive people and groups that a directory pushes (SCIM)",
          without: "People who leave keep their access until their directory is read in another way.",
        },
      ],
    },
  ],
};

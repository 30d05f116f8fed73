import type { RulePack } from "./pack.ts";
import { OFFERED } from "./site.ts";

export const localSignIn: RulePack = {
  id: "local-sign-in",
  name: "Local sign-in from elsewhere",
  group: "offline",
  summary:
    "People beyond the boundary reach the application and the sign-in pages of the offline identity service.",
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
          peer: { ask: "userNetworks" },
          carriedBy: "user_browser",
          hosts: [],
          purpose: "Reach the application and its local sign-in pages, by people's browsers",
          without: "People outside the boundary cannot sign in. People inside need no rule.",
        },
      ],
    },
  ],
};

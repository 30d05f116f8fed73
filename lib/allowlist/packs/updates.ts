import type { RulePack } from "./pack.ts";

export const updates: RulePack = {
  id: "updates",
  name: "Updates of your product",
  group: "site",
  summary: "The site fetches new versions of your product from where you publish them.",
  modes: {
    connected: "offered",
    restricted: "offered",
    air_gapped: { not: "Nothing is fetched across an air gap: carry updates by hand." },
  },
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-28",
      change: "First version.",
      rules: [
        {
          direction: "egress",
          protocol: "tcp",
          port: 443,
          peer: { ask: "updateServers" },
          carriedBy: "application",
          hosts: [],
          purpose: "Fetch updates of the product",
          without: "Updates have to be carried to the site by hand.",
        },
      ],
    },
  ],
};

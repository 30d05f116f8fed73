import type { RulePack } from "./pack.ts";
import { BROWSERS_OUT, USUAL } from "./workos.ts";

export const adminPortal: RulePack = {
  id: "admin-portal",
  name: "Admin Portal",
  group: "workos",
  summary: "Customer IT connects its identity provider in WorkOS's Admin Portal, from a browser inside.",
  modes: USUAL,
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        {
          ...BROWSERS_OUT,
          hosts: ["setup.workos.com", "cdn.workos.com"],
          purpose: "Open WorkOS's Admin Portal in the browsers of customer IT",
          without: "Customer IT sets sign-in up from a machine outside the boundary, or not at all.",
        },
      ],
    },
  ],
};

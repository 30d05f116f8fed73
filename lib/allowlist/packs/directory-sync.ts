import type { RulePack } from "./pack.ts";
import { TO_API, USUAL } from "./workos.ts";

export const directorySync: RulePack = {
  id: "directory-sync",
  name: "Directory sync",
  group: "workos",
  summary: "The application reads people and groups from WorkOS; a directory inside may push its own there.",
  modes: USUAL,
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        {
          ...TO_API,
          purpose: "Read directories from the WorkOS API, and push people there by SCIM",
          without: "People who leave the customer keep their access, and new ones get none.",
        },
      ],
    },
  ],
};

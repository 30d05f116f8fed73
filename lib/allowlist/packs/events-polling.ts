import type { RulePack } from "./pack.ts";
import { TO_API, USUAL } from "./workos.ts";

export const eventsPolling: RulePack = {
  id: "events-polling",
  name: "Events by polling",
  group: "workos",
  summary: "The application fetches events itself, so that every request starts inside the site.",
  modes: USUAL,
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        {
          ...TO_API,
          purpose: "Poll the WorkOS Events API",
          without: "The application does not hear of people who were removed or changed.",
        },
      ],
    },
  ],
};

import type { RulePack } from "./pack.ts";
import { FROM_WORKOS, sentByWorkos } from "./workos.ts";

export const actions: RulePack = {
  id: "actions",
  name: "Actions",
  group: "workos",
  summary: "WorkOS asks the application whether somebody may sign up or sign in, and waits for the answer.",
  modes: sentByWorkos("offered", "Decide in the application after sign-in instead."),
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        {
          ...FROM_WORKOS,
          purpose: "Answer WorkOS's Actions while somebody signs in",
          without: "Sign-ins that wait for an Action end as the Action's own setting says.",
        },
      ],
    },
  ],
};

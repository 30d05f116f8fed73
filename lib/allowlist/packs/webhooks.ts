import type { RulePack } from "./pack.ts";
import { FROM_WORKOS, sentByWorkos } from "./workos.ts";

export const webhooks: RulePack = {
  id: "webhooks",
  name: "Webhooks",
  group: "workos",
  summary:
    "WorkOS calls the application when something happens. The application needs a name that resolves outside.",
  modes: sentByWorkos("offered", "Poll events instead."),
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        {
          ...FROM_WORKOS,
          purpose: "Receive webhooks from WorkOS",
          without: "Webhooks do not arrive. Polling events still works.",
        },
      ],
    },
  ],
};

import type { RulePack } from "./pack.ts";
import { FROM_WORKOS, sentByWorkos } from "./workos.ts";

export const logStreams: RulePack = {
  id: "log-streams",
  name: "Log streams",
  group: "workos",
  summary: "WorkOS streams audit logs to the customer's collector at the site.",
  modes: sentByWorkos("offered", "Export audit logs as a file instead."),
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        {
          ...FROM_WORKOS,
          port: { ask: "collectorPort", otherwise: 443 },
          purpose: "Receive audit logs that WorkOS streams",
          without: "The collector at the site gets no audit logs. They can still be exported.",
        },
      ],
    },
  ],
};

import type { RulePack } from "./pack.ts";
import { OFFERED } from "./site.ts";

export const smtpRelay: RulePack = {
  id: "smtp-relay",
  name: "Mail relay",
  group: "offline",
  summary: "The offline identity service mails codes and links through the site's relay.",
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
          port: { ask: "mailPorts", otherwise: 587 },
          peer: { ask: "mailRelays" },
          carriedBy: "application",
          hosts: [],
          purpose: "Hand mails with codes and links to the site's relay (SMTP)",
          without: "Codes and links are not mailed: an operator brings each one by hand.",
        },
      ],
    },
  ],
};

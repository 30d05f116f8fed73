import type { PackRule, RulePack } from "./pack.ts";
import { BROWSERS_OUT, USUAL } from "./workos.ts";

const OUT = {
  ...BROWSERS_OUT,
  hosts: ["auth.workos.com", "cdn.workos.com"],
  purpose: "Open WorkOS's sign-in pages in people's browsers",
  without: "People inside the boundary cannot reach the sign-in page.",
} as const satisfies PackRule;

const BACK: PackRule = {
  direction: "ingress",
  protocol: "tcp",
  port: 443,
  peer: { ask: "userNetworks" },
  carriedBy: "user_browser",
  hosts: [],
  purpose:
    "Return from sign-in to the application. WorkOS files this under Cloudflare's ranges; users' browsers carry it",
  without: "People outside the boundary cannot come back from sign-in. People inside need no rule.",
};

export const signInPages: RulePack = {
  id: "sign-in-pages",
  name: "Sign-in pages in browsers",
  group: "workos",
  summary: "People's browsers go to WorkOS's pages and come back to the application.",
  modes: USUAL,
  versions: [
    { number: 1, releasedOn: "2026-11-24", change: "First version.", rules: [OUT, BACK] },
    {
      number: 2,
      releasedOn: "2026-11-28",
      change: "Asks for the domain of the sign-in pages, for firewalls that see names.",
      rules: [{ ...OUT, moreHosts: "authkitDomains" }, BACK],
    },
  ],
};

import type { RulePack } from "./pack.ts";
import { TO_API, USUAL } from "./workos.ts";

export const signIn: RulePack = {
  id: "sign-in",
  name: "Sign-in",
  group: "workos",
  summary: "The application asks WorkOS who signed in.",
  modes: USUAL,
  versions: [
    {
      number: 1,
      releasedOn: "2026-11-24",
      change: "First version.",
      rules: [
        {
          ...TO_API,
          purpose: "Call the WorkOS API to exchange sign-in codes and read who signed in",
          without: "Nobody can sign in.",
        },
      ],
    },
  ],
};

import type { RulePack } from "./pack.ts";
import { OFFERED } from "./site.ts";

export const identityProvider: RulePack = {
  id: "identity-provider",
  name: "Identity provider on site",
  group: "offline",
  summary: "The offline identity service fetches metadata, keys and tokens from the customer's own provider.",
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
          port: { ask: "identityProviderPorts", otherwise: 443 },
          peer: { ask: "identityProviders" },
          carriedBy: "application",
          hosts: [],
          purpose: "Fetch the identity provider's metadata and keys, and exchange OIDC codes with it",
          without: "OIDC sign-in stops, and new certificates of a SAML provider are not noticed.",
        },
      ],
    },
  ],
};

import type { Major } from "./stage.ts";

/** Methods that no scenario calls, and why. A name may end in `*`. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  "client.*": "The transport beneath every other call.",
  "workos.*": "Builds the requests, errors and areas of every other call.",
  "pkce.*": "Computes; the methods that need a verifier make it with these.",
  "actions.*": "Actions are calls of WorkOS's to the application; this service makes none.",
  "agents.validateAccessToken": "Verifies a token of an agent, which WorkOS's cloud alone gives out.",
  "agents.verifyAccessTokenClaims": "Verifies a token of an agent, which WorkOS's cloud alone gives out.",
  "agents.getJWKS": "Makes the key set for the tokens of agents; asks only when one is verified.",
  "userManagement.getJWKS": "Makes the key set that every session is verified with.",
  "userManagement.isValidJwt": "Private: what a session's authenticate() asks.",
  "userManagement.sealSessionDataFromAuthenticationResponse": "Private: what sealSession asks for.",
  "userManagement.resolveClientId": "Chooses between two arguments, in every other method.",
  "userManagement.prepareAuthenticationResponse": "Private: seals what every authenticate method answers.",
  "vault.decode": "Private: takes apart what encrypt() made, within decrypt().",
  "webhooks.parseVerifiedPayload": "Private: reads what constructEvent() verified.",
  "userManagement.jwks": "In version 7: the key set that every session is verified with.",
};

const AFTER_8 =
  /^(api_key\.updated|authentication\.(email_verification_failed|mfa_failed|reauthentication_succeeded|sso_started|sso_timed_out)|connection\.saml_.*|dsync\.token\..*|group\..*|vault\.(byok_key|kek)\.deleted)$/;
const AFTER_7 = new RegExp(
  `${AFTER_8.source}|^(api_key\\.revoked|flag\\..*|organization_role\\..*|permission\\..*|vault\\..*)$`,
);

/** Events that came after a version: it gives nothing for them, and what is about it in the list all the same. */
export const UNKNOWN_EVENTS: Readonly<Record<Major, RegExp>> = {
  "7": AFTER_7,
  "8": AFTER_8,
  "10": /^$/,
  "11": /^$/,
};

import type { Check } from "../saml/types.ts";
import { BadSignature } from "./signature.ts";

/** Every check of an OpenID Connect answer, in the order they are made: [name, clause]. */
export const CHECKS = {
  "connection.active": ["The connection is switched on", "Sallyport"],
  "response.success": ["The identity provider reports success", "OAuth 2.0 4.1.2.1"],
  "response.issuer": ["The answer comes from the issuer that was asked", "RFC 9207 2.4"],
  "response.state": ["The answer belongs to this sign-in", "OAuth 2.0 10.12"],
  "token.exchanged": ["The code was exchanged, with PKCE", "OIDC core 3.1.3"],
  "id_token.shape": ["There is a well-formed ID token", "OIDC core 3.1.3.3"],
  "id_token.algorithm": ["The ID token is signed with an expected algorithm", "OIDC core 3.1.3.7"],
  "id_token.signature": ["The signature is by a key of the issuer", "OIDC core 3.1.3.7"],
  "id_token.issuer": ["The ID token was issued by the issuer", "OIDC core 3.1.3.7"],
  "id_token.audience": ["The ID token is for this client", "OIDC core 3.1.3.7"],
  "id_token.time": ["The ID token is valid now", "OIDC core 3.1.3.7"],
  "id_token.nonce": ["The ID token answers this very request", "OIDC core 3.1.3.7"],
  "id_token.access_token": ["The ID token came with this access token", "OIDC core 3.1.3.8"],
  "userinfo.subject": ["The user info is about the same person", "OIDC core 5.3.2"],
} as const satisfies Record<string, readonly [name: string, clause: string]>;

export type OidcCheckId = keyof typeof CHECKS;

const ORDER = Object.keys(CHECKS) as OidcCheckId[];

/** The trace of a sign-in in which everything held. */
export function allPassed(): Check[] {
  return ORDER.map((id) => check(id, "passed", ""));
}

/** The trace of one that ended at a check: those before it passed, those behind it were not reached. */
export function failedAt(failed: OidcCheckId, message: string): Check[] {
  const at = ORDER.indexOf(failed);
  return ORDER.map((id, index) =>
    check(id, index < at ? "passed" : index > at ? "skipped" : "failed", index === at ? message : ""),
  );
}

function check(id: OidcCheckId, result: Check["result"], message: string): Check {
  const [name, clause] = CHECKS[id];
  return { id, name, clause, result, expected: null, found: null, message };
}

/** Which check an error is about. What the library did not tell apart is put down to the exchange. */
export function whichCheck(error: unknown): OidcCheckId {
  if (error instanceof BadSignature) return "id_token.signature";
  const { code, cause } = errorParts(error);
  const { claim, header } = detailsOf(cause);
  if (claim !== null && claim in BY_CLAIM) return BY_CLAIM[claim] ?? "id_token.shape";
  if (code === "OAUTH_JWT_TIMESTAMP_CHECK_FAILED") return "id_token.time";
  if (code === "OAUTH_KEY_SELECTION_FAILED" || code === "OAUTH_JWT_SIGNATURE_INVALID")
    return "id_token.signature";
  const message = chainOf(error)
    .map((each) => each.message)
    .join(" ");
  if (/signature/i.test(message)) return "id_token.signature";
  if (/"crit"/.test(message)) return "id_token.shape";
  if (header === "alg" || /"alg"|JWS|algorithm/i.test(message)) return "id_token.algorithm";
  if (/"iss" \(issuer\) response parameter|response parameter "iss"/i.test(message)) return "response.issuer";
  if (/response parameter "state"/i.test(message)) return "response.state";
  if (/nonce/i.test(message)) return "id_token.nonce";
  if (/"iss"|issuer/i.test(message)) return "id_token.issuer";
  if (/"aud"|"azp"|audience/i.test(message)) return "id_token.audience";
  if (/ID Token|id_token|JWT/i.test(message)) return "id_token.shape";
  return "token.exchanged";
}

const BY_CLAIM: Readonly<Record<string, OidcCheckId>> = {
  iss: "id_token.issuer",
  aud: "id_token.audience",
  azp: "id_token.audience",
  nonce: "id_token.nonce",
  exp: "id_token.time",
  nbf: "id_token.time",
  iat: "id_token.time",
  auth_time: "id_token.time",
};

/** The library wraps errors: the innermost of its own has the code that tells most, and what came with it. */
function errorParts(error: unknown): { code: string | null; cause: unknown } {
  const innermost = chainOf(error).findLast(({ code }) => code?.startsWith("OAUTH_"));
  return { code: innermost?.code ?? null, cause: innermost?.cause };
}

function chainOf(error: unknown): { message: string; code: string | null; cause: unknown }[] {
  if (!(error instanceof Error)) return [];
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  return [{ message: error.message, code, cause: error.cause }, ...chainOf(error.cause)];
}

function detailsOf(cause: unknown): { claim: string | null; header: string | null } {
  if (typeof cause !== "object" || cause === null) return { claim: null, header: null };
  const claim = "claim" in cause && typeof cause.claim === "string" ? cause.claim : null;
  return { claim, header: "header" in cause ? "alg" : null };
}

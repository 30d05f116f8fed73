import "server-only";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from "openid-client";
import { SECOND_MS } from "#lib/shared/clock.ts";
import { EmailAddress, PersonName } from "../schema.ts";
import { type Assertion, type OidcSettings, redirectUri, type Secrets, TIMEOUT_MS } from "./provider.ts";

/**
 * Asks the issuer how to speak with it.
 * @throws Error when it does not answer, or names itself differently.
 */
export async function discoverIssuer(provider: Omit<OidcSettings, "id">): Promise<Configuration> {
  const issuer = new URL(provider.issuer);
  // Plain http is let in by the schema for loopback only.
  const execute = [
    enableNonRepudiationChecks,
    ...(issuer.protocol === "http:" ? [allowInsecureRequests] : []),
  ];
  const options = { execute, timeout: TIMEOUT_MS / SECOND_MS };
  return await discovery(issuer, provider.clientId, {}, ClientSecretPost(provider.clientSecret), options);
}

/** Where to send the browser: always with state, nonce and PKCE. */
export async function oidcUrl(
  provider: OidcSettings,
  state: string,
  { nonce, verifier }: Secrets,
): Promise<URL> {
  return buildAuthorizationUrl(await discoverIssuer(provider), {
    redirect_uri: redirectUri(),
    response_type: "code",
    scope: "openid email profile",
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
}

/**
 * Exchanges what the browser brought back. The library checks state, `iss` of the answer, and of the ID token its
 * signature, issuer, audience, times and nonce; it throws when one does not hold.
 */
export async function redeemOidc(
  provider: OidcSettings,
  answer: URLSearchParams,
  state: string,
  { nonce, verifier }: Secrets,
): Promise<Assertion> {
  const configuration = await discoverIssuer(provider);
  const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri()}?${answer}`), {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const signed = tokens.claims();
  if (!signed) throw new Error("The issuer sent no ID token.");
  const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
  const fetched: Record<string, unknown> = hasUserInfo
    ? await fetchUserInfo(configuration, tokens.access_token, signed.sub)
    : {};
  // An address and the word for it come from the same place: signed counts for more than fetched.
  const claims: Record<string, unknown> = signed.email === undefined ? fetched : signed;
  const email = claims.email_verified === true ? EmailAddress.safeParse(claims.email).data : undefined;
  const name = PersonName.safeParse(signed.name ?? fetched.name).data;
  return { subject: signed.sub, email: email ?? null, name: name ?? null };
}

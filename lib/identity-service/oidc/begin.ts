import { buildAuthorizationUrl } from "openid-client";
import { addressesOf } from "../connections/connection.ts";
import { codeChallenge, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import type { SignInRequest } from "../sso/begin.ts";
import { SignInRefusal } from "../sso/refusal.ts";
import { configurationOf, type OidcConnection } from "./configuration.ts";

/** What only this service may know until the person is back. */
export interface OidcSecrets {
  nonce: string;
  verifier: string;
  /** Who was asked: nobody else is handed what they answer. */
  issuer: string | null;
  clientId: string | null;
}

/** Where to send the browser: with state, nonce and PKCE, whatever the identity provider makes of them. */
export async function authorizationUrl(
  service: Service,
  connection: OidcConnection & { external_key: string },
  request: SignInRequest,
): Promise<{ url: string; state: string; secrets: OidcSecrets }> {
  const configuration = await configurationOf(service, connection).catch((error: Error) => {
    const host = new URL(connection.settings.issuer ?? "").host;
    throw new SignInRefusal(
      "oauth_failed",
      `The identity provider ${host} could not be asked: ${error.message}.`,
    );
  });
  const [state, nonce, verifier] = [randomSecret(), randomSecret(), randomSecret()];
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: addressesOf(service.env.baseUrl, connection.external_key).redirect_uri,
    response_type: "code",
    scope: [...new Set(["openid", ...connection.settings.scopes])].join(" "),
    state,
    nonce,
    code_challenge: codeChallenge(verifier),
    code_challenge_method: "S256",
    ...(request.loginHint ? { login_hint: request.loginHint } : {}),
    ...(request.domainHint ? { domain_hint: request.domainHint } : {}),
    ...(request.forceLogin ? { prompt: "login" } : {}),
  });
  return { url: url.href, state, secrets: { nonce, verifier, ...askedOf(connection.settings) } };
}

export function askedOf({ issuer, client_id: clientId }: OidcConnection["settings"]) {
  return { issuer, clientId };
}

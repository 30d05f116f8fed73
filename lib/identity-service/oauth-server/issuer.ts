import { type Client, readClient } from "../authentication/client.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";

/** One environment as an OAuth server. Each has an issuer of its own: keys of one environment vouch for no other. */
export interface Issuer {
  client: Client;
  url: string;
}

/** @throws WireError 404 */
export async function readIssuer(service: Service, clientId: string): Promise<Issuer> {
  const client = await readClient(service, clientId, null).catch(() => {
    throw new WireError(404, { message: `There is no issuer '${clientId.slice(0, 100)}'.` });
  });
  return { client, url: `${service.env.baseUrl}/issuers/${client.clientId}` };
}

/** RFC 8414 and OpenID Connect Discovery 1.0, in one document. */
export function discoveryDocument({ url }: Issuer) {
  return {
    issuer: url,
    authorization_endpoint: `${url}/oauth2/authorize`,
    token_endpoint: `${url}/oauth2/token`,
    device_authorization_endpoint: `${url}/oauth2/device_authorization`,
    introspection_endpoint: `${url}/oauth2/introspection`,
    userinfo_endpoint: `${url}/oauth2/userinfo`,
    jwks_uri: `${url}/oauth2/jwks`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "client_credentials",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    introspection_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    claims_supported: ["sub", "email", "email_verified", "name", "given_name", "family_name", "org_id"],
    authorization_response_iss_parameter_supported: true,
  };
}

import {
  allowInsecureRequests,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from "openid-client";
import { secretContext } from "../connections/input.ts";
import type { OidcSettings } from "../connections/settings.ts";
import { ask } from "../outbound.ts";
import type { Service } from "../service.ts";

export interface OidcConnection {
  id: string;
  environment_id: string;
  settings: OidcSettings;
}

const FRESH_MS = 10 * 60_000;
const TIMEOUT_S = 10;
const ANSWER_BYTES_MAX = 2_000_000;
const cache = new Map<string, { configuration: Configuration; settings: string; until: number }>();

/**
 * How to speak with the identity provider: as its issuer says, or as an administrator entered it. What the issuer said is
 * remembered for a few minutes; its keys are fetched anew when a token names one that is not known.
 * @throws Error when the issuer does not answer, or names itself differently.
 */
export async function configurationOf(service: Service, connection: OidcConnection): Promise<Configuration> {
  const settings = JSON.stringify(connection.settings);
  const known = cache.get(connection.id);
  const now = service.clock().getTime();
  if (known && known.settings === settings && known.until > now) return known.configuration;
  const configuration = await configure(service, connection);
  if (cache.size > 1_000) cache.clear();
  cache.set(connection.id, { configuration, settings, until: now + FRESH_MS });
  return configuration;
}

export async function endSessionEndpoint(
  service: Service,
  connection: OidcConnection,
): Promise<string | null> {
  if (connection.settings.end_session_endpoint) return connection.settings.end_session_endpoint;
  const configuration = await configurationOf(service, connection);
  return configuration.serverMetadata().end_session_endpoint ?? null;
}

async function configure(service: Service, { id, settings }: OidcConnection): Promise<Configuration> {
  const issuer = settings.issuer ?? "";
  const clientId = settings.client_id ?? "";
  const secret =
    settings.client_secret_sealed && service.sealer.open(settings.client_secret_sealed, secretContext(id));
  const authentication = secret ? ClientSecretPost(secret) : None();
  // Plain HTTP only where an administrator wrote it: inside a closed network there may be no other.
  const execute = [
    enableNonRepudiationChecks,
    ...(issuer.startsWith("http:") ? [allowInsecureRequests] : []),
  ];
  if (!settings.authorization_endpoint)
    return await discovery(new URL(issuer), clientId, {}, authentication, {
      execute,
      timeout: TIMEOUT_S,
      [customFetch]: boundedFetch,
    });
  const byHand = new Configuration(
    {
      issuer,
      authorization_endpoint: settings.authorization_endpoint,
      ...(settings.token_endpoint ? { token_endpoint: settings.token_endpoint } : {}),
      ...(settings.userinfo_endpoint ? { userinfo_endpoint: settings.userinfo_endpoint } : {}),
      ...(settings.jwks_uri ? { jwks_uri: settings.jwks_uri } : {}),
    },
    clientId,
    {},
    authentication,
  );
  byHand.timeout = TIMEOUT_S;
  byHand[customFetch] = boundedFetch;
  for (const each of execute) each(byHand);
  return byHand;
}

/** Whoever sets a connection up chooses who answers here: nobody's answer may fill this service's memory. */
const boundedFetch: CustomFetch = async (url, { method, headers, body }) => {
  // The library's type of a body is wider than what it sends, which is a form.
  const form = body === undefined || body === null ? null : String(body);
  const answer = await ask(url, {
    ...{ method, headers, body: form },
    timeoutMs: TIMEOUT_S * 1_000,
    sizeBytesMax: ANSWER_BYTES_MAX,
  });
  const content = answer.body.length === 0 ? null : new Uint8Array(answer.body);
  return new Response(content, { status: answer.status, headers: answer.headers });
};

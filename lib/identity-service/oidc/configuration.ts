import {
  allowInsecureRequests,
  type ClientAuth,
  type ClientMetadata,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  type ExportedJWKSCache,
  enableNonRepudiationChecks,
  getJwksCache,
  None,
  type ServerMetadata,
  setJwksCache,
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
/** So old a set of keys is fetched anew as soon as a token names one that is not in it. */
const KEYS_AGED_S = 60;

interface Known {
  metadata: ServerMetadata;
  keys: ExportedJWKSCache | undefined;
  /** Made with these keys, for every sign-in until others are fetched: it has them ready to check signatures with. */
  configuration: Configuration | undefined;
  until: number;
}
const cache = new Map<string, Known>();

/**
 * How to speak with the identity provider: as its issuer says, or as an administrator entered it. What the issuer said is
 * remembered for a few minutes; its keys are fetched anew when a token names one that is not known, at once: a provider may
 * change them while somebody is there. Only the provider itself can cause that, whose answer the token came with.
 *
 * @throws Error when the issuer does not answer, or names itself differently.
 */
export async function configurationOf(service: Service, connection: OidcConnection): Promise<Configuration> {
  const known = await knownOf(service, connection);
  const { keys } = known;
  const agedAt = keys && keys.uat - KEYS_AGED_S;
  // Where it fetched others since, it would trust in them for a minute: whoever comes next begins with aged ones again.
  if (known.configuration && getJwksCache(known.configuration)?.uat === agedAt) return known.configuration;
  const configuration = configured(service, connection, known.metadata);
  if (keys && agedAt !== undefined) {
    setJwksCache(configuration, { ...keys, uat: agedAt });
    known.configuration = configuration;
  }
  return configuration;
}

/** The same for one use alone, which may be spoken with differently. Its keys are fetched. */
export async function askedAnew(
  service: Service,
  connection: OidcConnection,
  client: Partial<ClientMetadata> = {},
): Promise<Configuration> {
  const { metadata } = await knownOf(service, connection);
  return configured(service, connection, metadata, client);
}

/** Keeps the keys that were fetched in a sign-in for the next one. */
export function keepKeys(connection: OidcConnection, configuration: Configuration): void {
  const known = cache.get(keyOf(connection));
  const keys = getJwksCache(configuration);
  if (known && keys && keys.uat + KEYS_AGED_S !== known.keys?.uat) known.keys = keys;
}

async function knownOf(service: Service, connection: OidcConnection): Promise<Known> {
  const known = cache.get(keyOf(connection));
  const now = service.clock().getTime();
  if (known && known.until > now) return known;
  const metadata = await describe(service, connection);
  // An issuer of many tenants vouches for whatever address any of them makes up.
  if (metadata.issuer.includes("{"))
    throw new Error("its issuer stands for many tenants. Enter the issuer of one");
  if (cache.size > 1_000) cache.clear();
  const fresh = { metadata, keys: undefined, configuration: undefined, until: now + FRESH_MS };
  cache.set(keyOf(connection), fresh);
  return fresh;
}

/** A connection may be spoken for by two issuers at once: the one it has, and the one of a draft that is being tested. */
function keyOf({ id, settings }: OidcConnection): string {
  return `${id} ${JSON.stringify(settings)}`;
}

export async function endSessionEndpoint(
  service: Service,
  connection: OidcConnection,
): Promise<string | null> {
  if (connection.settings.end_session_endpoint) return connection.settings.end_session_endpoint;
  const configuration = await configurationOf(service, connection);
  return configuration.serverMetadata().end_session_endpoint ?? null;
}

async function describe(service: Service, { id, settings }: OidcConnection): Promise<ServerMetadata> {
  const { issuer, authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri } = settings;
  if (authorization_endpoint)
    return {
      issuer: issuer ?? "",
      authorization_endpoint,
      ...(token_endpoint ? { token_endpoint } : {}),
      ...(userinfo_endpoint ? { userinfo_endpoint } : {}),
      ...(jwks_uri ? { jwks_uri } : {}),
    };
  const found = await discovery(
    new URL(issuer ?? ""),
    settings.client_id ?? "",
    {},
    authenticationOf(service, id, settings),
    {
      execute: demandsOn(settings),
      timeout: TIMEOUT_S,
      [customFetch]: boundedFetch,
    },
  );
  return found.serverMetadata();
}

function configured(
  service: Service,
  { id, settings }: OidcConnection,
  metadata: ServerMetadata,
  client: Partial<ClientMetadata> = {},
): Configuration {
  const authentication = authenticationOf(service, id, settings);
  const configuration = new Configuration(metadata, settings.client_id ?? "", client, authentication);
  configuration.timeout = TIMEOUT_S;
  configuration[customFetch] = boundedFetch;
  for (const each of demandsOn(settings)) each(configuration);
  return configuration;
}

function authenticationOf(service: Service, id: string, { client_secret_sealed }: OidcSettings): ClientAuth {
  const secret = client_secret_sealed && service.sealer.open(client_secret_sealed, secretContext(id));
  return secret ? ClientSecretPost(secret) : None();
}

function demandsOn({ issuer }: OidcSettings): ((configuration: Configuration) => void)[] {
  // Plain HTTP only where an administrator wrote it: inside a closed network there may be no other.
  return [enableNonRepudiationChecks, ...(issuer?.startsWith("http:") ? [allowInsecureRequests] : [])];
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

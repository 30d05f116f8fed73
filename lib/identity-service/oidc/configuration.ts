import {
  allowInsecureRequests,
  type ClientAuth,
  type ClientMetadata,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  getJwksCache,
  None,
  type ServerMetadata,
} from "openid-client";
import { secretContext } from "../connections/input.ts";
import type { OidcSettings } from "../connections/settings.ts";
import { ask, type OutboundAnswer, type OutboundRequest } from "../outbound.ts";
import type { Service } from "../service.ts";
import { BadSignature, type IssuerKey, type IssuerKeys, readKeys } from "./signature.ts";

export interface OidcConnection {
  id: string;
  environment_id: string;
  settings: OidcSettings;
}

const FRESH_MS = 10 * 60_000;
const TIMEOUT_S = 10;
const ANSWER_BYTES_MAX = 2_000_000;

interface Known {
  metadata: ServerMetadata;
  keys: readonly IssuerKey[] | undefined;
  configuration: Configuration | undefined;
  /** Checks the signature of what is signed, with keys that the library fetches and keeps in it. */
  forUserInfo: Configuration | undefined;
  until: number;
}
const cache = new Map<string, Known>();

/**
 * How to speak with the identity provider: as its issuer says, or as an administrator entered it. What the issuer said is
 * remembered for a few minutes. ID tokens are checked with `issuerKeys`.
 *
 * @throws Error when the issuer does not answer, or names itself differently.
 */
export async function configurationOf(service: Service, connection: OidcConnection): Promise<Configuration> {
  const known = await knownOf(service, connection);
  known.configuration ??= configured(service, connection, known.metadata);
  return known.configuration;
}

/** The same for user info, which a provider may sign, too. */
export async function userInfoConfigurationOf(
  service: Service,
  connection: OidcConnection,
): Promise<Configuration> {
  const known = await knownOf(service, connection);
  // Where it had to fetch keys, it would trust in them alone for a minute: whoever comes next begins anew.
  if (known.forUserInfo && !getJwksCache(known.forUserInfo)) return known.forUserInfo;
  known.forUserInfo = configured(service, connection, known.metadata);
  enableNonRepudiationChecks(known.forUserInfo);
  return known.forUserInfo;
}

/** The same for one use alone, which may be spoken with differently. */
export async function askedAnew(
  service: Service,
  connection: OidcConnection,
  client: Partial<ClientMetadata> = {},
): Promise<Configuration> {
  const { metadata } = await knownOf(service, connection);
  return configured(service, connection, metadata, client);
}

/**
 * The keys of the identity provider. They are fetched anew when a token names one that is not known, at once: a provider may change
 * them while somebody is there. Only the provider itself can cause that, whose answer the token came with.
 */
export function issuerKeys(service: Service, connection: OidcConnection): IssuerKeys {
  return async (anew) => {
    const known = await knownOf(service, connection);
    if (known.keys && !anew) return { keys: known.keys, areFresh: false };
    const keys = await fetchKeys(connection, known.metadata);
    known.keys = keys;
    return { keys, areFresh: true };
  };
}

/** The same, which asks the provider in any case and remembers nothing: for a test, or a replay. */
export function issuerKeysNow(service: Service, connection: OidcConnection): IssuerKeys {
  return async () => {
    const { metadata } = await knownOf(service, connection);
    return { keys: await fetchKeys(connection, metadata), areFresh: true };
  };
}

async function fetchKeys({ settings }: OidcConnection, { jwks_uri }: ServerMetadata): Promise<IssuerKey[]> {
  if (jwks_uri === undefined)
    throw new BadSignature("the issuer does not say where the keys of its signatures are");
  if (!isPlainAllowed(settings) && new URL(jwks_uri).protocol !== "https:")
    throw new BadSignature("the keys of the issuer's signatures are not at an https address");
  const answer = await boundedAsk(jwks_uri, { headers: { accept: "application/json" } }).catch(
    (error: Error) => {
      throw new BadSignature("the keys of the issuer's signatures could not be fetched", { cause: error });
    },
  );
  const type = answer.headers["content-type"] ?? "";
  if (answer.status !== 200 || !/^application\/(jwk-set\+)?json\b/i.test(type))
    throw new BadSignature(
      `there are no keys for the issuer's signatures at their address (${answer.status})`,
    );
  try {
    return readKeys(JSON.parse(answer.body.toString()));
  } catch (error) {
    throw new BadSignature("the keys of the issuer's signatures cannot be read", { cause: error });
  }
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
  const until = now + FRESH_MS;
  const fresh = { metadata, keys: undefined, configuration: undefined, forUserInfo: undefined, until };
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

function demandsOn(settings: OidcSettings): ((configuration: Configuration) => void)[] {
  return isPlainAllowed(settings) ? [allowInsecureRequests] : [];
}

/** Plain HTTP only where an administrator wrote it: inside a closed network there may be no other. */
function isPlainAllowed({ issuer }: OidcSettings): boolean {
  return issuer?.startsWith("http:") ?? false;
}

/** Whoever sets a connection up chooses who answers here: nobody's answer may fill this service's memory. */
async function boundedAsk(
  url: string,
  wanted: Pick<OutboundRequest, "method" | "headers" | "body">,
): Promise<OutboundAnswer> {
  return await ask(url, { ...wanted, timeoutMs: TIMEOUT_S * 1_000, sizeBytesMax: ANSWER_BYTES_MAX });
}

const boundedFetch: CustomFetch = async (url, { method, headers, body }) => {
  // The library's type of a body is wider than what it sends, which is a form.
  const form = body === undefined || body === null ? null : String(body);
  const answer = await boundedAsk(url, { method, headers, body: form });
  const content = answer.body.length === 0 ? null : new Uint8Array(answer.body);
  return new Response(content, { status: answer.status, headers: answer.headers });
};

import type { FastifyReply } from "fastify";
import { newId } from "#lib/shared/ids.ts";
import { addressesOf } from "../connections/connection.ts";
import { missingOidc, missingSaml } from "../connections/input.ts";
import { whatIsMissing } from "../connections/protocols.ts";
import { OidcSettings, SamlSettings } from "../connections/settings.ts";
import { protocolOf } from "../connections/types.ts";
import { relaxedSql, sql } from "../db.ts";
import { knowBrowser } from "../html/browser-cookie.ts";
import { postFormPage } from "../html/pages.ts";
import { drawRandom } from "../keys/random.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import { currentSigningKey, privateKeyOf } from "../keys/signing-keys.ts";
import { lazy } from "../lazy.ts";
import { buildAuthnRequest } from "../saml/request.ts";
import type { SigningPair } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { isEmail } from "../wire/email.ts";
import { sendTo, withParams } from "./redirect.ts";
import { SignInRefusal } from "./refusal.ts";
import type { ConnectionChoice } from "./selector.ts";
import { telling, toldValues, type Visitor, visitorOf } from "./told.ts";

/** How one sign-in is to be done. */
export interface SignInRequest {
  purpose: "application" | "test";
  /** Of a sign-in that is on record already: a test, made when its link was. */
  id?: string;
  /** Of a sign-in that is on record already: the statement that looked for the connection began it too. */
  handle?: string | undefined;
  redirectUri: string | null;
  clientState: string | null;
  codeChallenge: string | null;
  loginHint: string | undefined;
  domainHint: string | undefined;
  forceLogin: boolean;
}

const oidcBegin = lazy(() => import("../oidc/begin.ts"));
const passwordPages = lazy(() => import("../html/password-page.ts"));

export const LASTS_MS = 10 * 60_000;

// Not waited for: until somebody comes back from the identity provider, nobody was promised anything.
const INSERT = relaxedSql(
  "sign_in_begin",
  `WITH begun AS (
     INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, handle_hash, redirect_uri, client_state,
       code_challenge, secrets_sealed, created_at, expires_at)
     VALUES ($2, $1, $3, $4, 'pending', $5, $6, $7, $8, $9, $10, $11) RETURNING id, connection_id)
   ${telling(
     "started",
     "SELECT id AS session_id, connection_id, $12::text AS organization_id, NULL::text AS user_id, $13::text AS email FROM begun",
     14,
   )}`,
);
// A test is on record since its link was made, and the link is good for one visit.
const TAKE_UP = sql(
  "sign_in_take_up",
  `UPDATE identity.sign_ins SET handle_hash = $3, secrets_sealed = $4, expires_at = $5
   WHERE environment_id = $1 AND id = $2 AND state = 'pending' RETURNING id`,
);

/** Puts the sign-in on record and sends the browser to the identity provider. */
export async function beginSignIn(
  service: Service,
  connection: ConnectionChoice,
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  switch (protocolOf(connection)) {
    case "saml":
      return await beginSaml(service, connection, request, reply);
    case "oidc":
      return await beginOidc(service, connection, request, reply);
    case "ldap":
      return await beginLdap(service, connection, request, reply);
  }
}

async function beginSaml(
  service: Service,
  connection: ConnectionChoice,
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const settings = SamlSettings.parse(connection.saml ?? {});
  const missing = missingSaml(settings);
  if (missing || !settings.idp_sso_url) throw incomplete();
  const addresses = addressesOf(service.env.baseUrl, connection.external_key);
  const visitor = visitorOf(reply.request);
  const handle = request.handle ?? newSamlHandle();
  const message = buildAuthnRequest({
    id: handle,
    now: service.clock(),
    binding: settings.idp_sso_binding,
    destination: settings.idp_sso_url,
    spEntityId: addresses.entity_id,
    acsUrl: addresses.acs_url,
    relayState: handle,
    forceAuthn: request.forceLogin,
    nameIdFormat: settings.name_id_format,
    signing: settings.sign_requests ? await samlPair(service, connection.environment_id) : null,
  });
  if (!request.handle) await record(service, connection, request, { handle, secretsSealed: null, visitor });
  return message.binding === "redirect"
    ? sendTo(reply, hinted(message.url, connection, request))
    : postFormPage(reply, { action: message.action, fields: message.fields });
}

/** One secret serves as the request's id and as RelayState, so that the response is found by either. */
export function newSamlHandle(): string {
  return `_${drawRandom(16).toString("hex")}`;
}

/** SAML has no word for a hint. These providers read one beside the message, which is not part of what was signed. */
const HINTS: Readonly<Record<string, { login: string; domain?: string }>> = {
  ADFSSAML: { login: "login_hint" },
  AzureSAML: { login: "login_hint", domain: "whr" },
  KeycloakSAML: { login: "login_hint" },
  OktaSAML: { login: "login_hint" },
};

function hinted(
  url: string,
  { connection_type }: ConnectionChoice,
  { loginHint, domainHint }: SignInRequest,
): string {
  const names = HINTS[connection_type];
  if (!names || url.includes("#")) return url;
  const login = loginHint === undefined ? {} : { [names.login]: loginHint };
  const domain = domainHint === undefined || !names.domain ? {} : { [names.domain]: domainHint };
  const hints = { ...login, ...domain };
  return Object.keys(hints).length > 0 ? withParams(url, hints) : url;
}

async function beginOidc(
  service: Service,
  connection: ConnectionChoice,
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const settings = OidcSettings.parse(connection.oidc ?? {});
  if (missingOidc(settings)) throw incomplete();
  const { authorizationUrl } = await oidcBegin();
  const visitor = visitorOf(reply.request);
  const id = request.id ?? newId("sign_in");
  const { url, state, secrets } = await authorizationUrl(service, { ...connection, settings }, request);
  const secretsSealed = service.sealer.seal(JSON.stringify(secrets), secretsContext(id));
  await record(service, connection, request, { handle: state, secretsSealed, newId: id, visitor });
  return sendTo(reply, url);
}

/** Here is where somebody signs in: the page asks for the password that the directory knows. */
async function beginLdap(
  service: Service,
  connection: ConnectionChoice,
  request: SignInRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (whatIsMissing(connection)) throw incomplete();
  const id = request.id ?? newId("sign_in");
  const handle = randomSecret();
  const secrets = { browser: hashSecret(knowBrowser(service.env.baseUrl, reply)) };
  const secretsSealed = service.sealer.seal(JSON.stringify(secrets), secretsContext(id));
  const visitor = visitorOf(reply.request);
  await record(service, connection, request, { handle, secretsSealed, newId: id, visitor });
  const { passwordPage } = await passwordPages();
  const action = addressesOf(service.env.baseUrl, connection.external_key).password_url;
  const username = request.loginHint ?? "";
  return passwordPage(reply, 200, { action, handle, username, directory: connection.name, problem: null });
}

/** Binds a sign-in's sealed nonce and verifier, or its browser, to that sign-in. */
export function secretsContext(signInId: string): string {
  return `sign_in:${signInId}:secrets`;
}

export async function samlPair(service: Service, environmentId: string): Promise<SigningPair> {
  const key = await currentSigningKey(service, environmentId, "saml");
  const privateKey = privateKeyOf(service, environmentId, key)
    .export({ type: "pkcs8", format: "pem" })
    .toString();
  return { privateKey, certificate: key.certificate };
}

interface Recorded {
  handle: string;
  secretsSealed: string | null;
  newId?: string;
  visitor: Visitor;
}

async function record(
  { db, clock }: Service,
  connection: ConnectionChoice,
  request: SignInRequest,
  { handle, secretsSealed, newId: madeId, visitor }: Recorded,
): Promise<void> {
  const now = clock();
  const expiresAt = new Date(now.getTime() + LASTS_MS);
  const environmentId = connection.environment_id;
  if (request.id) {
    const taken = await db.query(environmentId, TAKE_UP, [
      environmentId,
      request.id,
      hashSecret(handle),
      secretsSealed,
      expiresAt,
    ]);
    if (taken.length === 0) throw new SignInRefusal("access_denied", "This test was already carried out.");
    return;
  }
  await db.query(environmentId, INSERT, [
    environmentId,
    madeId ?? newId("sign_in"),
    connection.id,
    request.purpose,
    hashSecret(handle),
    request.redirectUri,
    request.clientState,
    request.codeChallenge,
    secretsSealed,
    now,
    expiresAt,
    connection.organization_id,
    hintedEmail(request.loginHint),
    ...toldValues(visitor),
  ]);
}

/** Whom the application expects, where that is an address. */
export function hintedEmail(loginHint: string | undefined): string | null {
  return loginHint !== undefined && isEmail(loginHint) ? loginHint : null;
}

function incomplete(): SignInRefusal {
  return new SignInRefusal("connection_invalid", "The connection is not set up completely.");
}

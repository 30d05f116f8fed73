import type { FastifyReply } from "fastify";
import { newId } from "#lib/shared/ids.ts";
import { redirectUriMatches } from "#lib/shared/redirect-uri-match.ts";
import { hotSql, relaxedSql, type Statement } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { beginSignIn, hintedEmail, LASTS_MS, newSamlHandle } from "./begin.ts";
import { environmentOf, forgetClient } from "./clients.ts";
import { sendTo, withParams } from "./redirect.ts";
import { SignInRefusal } from "./refusal.ts";
import {
  type ConnectionChoice,
  chooseConnection,
  readSelector,
  type Selector,
  type SelectorKind,
} from "./selector.ts";
import { telling, toldValues, type Visitor, visitorOf } from "./told.ts";

/** GET /sso/authorize */
export async function authorize(service: Service, query: Params, reply: FastifyReply): Promise<FastifyReply> {
  // Until the redirect URI is known to be the application's, whatever is wrong is shown here: never an open redirect.
  const clientId = one(query, "client_id");
  const redirectUri = one(query, "redirect_uri");
  const environmentId = clientId ? await environmentOf(service, clientId) : null;
  if (!clientId || !environmentId)
    throw new WireError(400, { message: "The application is not known here: its client id is wrong." });
  if (!redirectUri) throw new WireError(400, { message: "The application did not say where to return to." });
  const asked = readRequest(query);
  const selector = asked instanceof SignInRefusal ? null : asked.selector;
  const handle = newSamlHandle();
  const found = await lookUpAndBegin(service, { environmentId, clientId }, selector, {
    handle,
    redirectUri,
    clientState: asked instanceof SignInRefusal ? null : asked.clientState,
    codeChallenge: asked instanceof SignInRefusal ? null : asked.codeChallenge,
    email: asked instanceof SignInRefusal ? null : hintedEmail(asked.loginHint),
    visitor: visitorOf(reply.request),
  });
  if (!found.redirect_uris.some((registered) => redirectUriMatches(registered, redirectUri)))
    throw new WireError(400, { message: "The address to return to is not registered for this application." });
  try {
    if (asked instanceof SignInRefusal) throw asked;
    const connection = chooseConnection(asked.selector, {
      connections: found.connections,
      organizationExists: found.organization_exists,
      domainHint: asked.domainHint,
    });
    const request = { ...asked, redirectUri, purpose: "application" as const };
    const begun = found.begun === connection.id ? { handle } : {};
    return await beginSignIn(service, connection, { ...request, ...begun }, reply);
  } catch (error) {
    if (!(error instanceof SignInRefusal)) throw error;
    const state = typeof query.state === "string" ? query.state : null;
    return sendTo(
      reply,
      withParams(redirectUri, { error: error.code, error_description: error.message, state }),
    );
  }
}

interface Asked {
  selector: Selector;
  clientState: string | null;
  codeChallenge: string | null;
  loginHint: string | undefined;
  domainHint: string | undefined;
  forceLogin: boolean;
}

/** What the application asks, or why that cannot be done: which it is told only once its redirect URI is known to be its own. */
function readRequest(query: Params): Asked | SignInRefusal {
  try {
    if (one(query, "response_type") !== "code")
      return new SignInRefusal("unsupported_response_type", "The response_type must be code.");
    return {
      selector: readSelector(query),
      // As it came, the empty one too: the application compares it.
      clientState: typeof query.state === "string" ? query.state : null,
      codeChallenge: readChallenge(query),
      loginHint: one(query, "login_hint"),
      domainHint: one(query, "domain_hint"),
      forceLogin: one(query, "prompt") === "login",
    };
  } catch (error) {
    if (error instanceof SignInRefusal) return error;
    if (error instanceof WireError) return new SignInRefusal("invalid_request", error.message);
    throw error;
  }
}

/** PKCE with S256 and nothing weaker (RFC 7636, 4.3): `plain` would put the verifier into this very address. */
export function readChallenge(query: Params): string | null {
  const challenge = one(query, "code_challenge");
  const method = one(query, "code_challenge_method");
  if (challenge === undefined && method === undefined) return null;
  if (method !== "S256")
    throw new SignInRefusal("invalid_request", "The code_challenge_method must be S256.");
  if (!challenge || !/^[A-Za-z0-9_-]{43}$/.test(challenge))
    throw new SignInRefusal("invalid_request", "The code_challenge is not the S256 of a verifier.");
  return challenge;
}

interface Found {
  redirect_uris: string[];
  connections: ConnectionChoice[];
  organization_exists: boolean;
}

type FoundAndBegun = Found & {
  /** The id of the connection, where a sign-in through it was begun at once. */
  begun: string | null;
};

const NOBODY = { kind: "connection", value: "" } as const;

/** The application's addresses, and the connections that a selector may mean. */
export async function lookUp(service: Service, client: Client, selector: Selector | null): Promise<Found> {
  const { kind, value } = selector ?? NOBODY;
  const values = [client.environmentId, wanted({ kind, value })];
  const [found] = await service.db.query<Found>(client.environmentId, LOOK_UP[kind], values);
  return found ?? refuseUnknown(client);
}

/**
 * The same, and where it leads to one SAML connection and back to an address that is registered as it stands, the sign-in is put
 * on record by the same statement. Everything else is begun when it is known what is wanted.
 */
async function lookUpAndBegin(
  service: Service,
  client: Client,
  selector: Selector | null,
  signIn: Begun,
): Promise<FoundAndBegun> {
  if (!selector) return { ...(await lookUp(service, client, null)), begun: null };
  const now = service.clock();
  const [found] = await service.db.query<FoundAndBegun>(client.environmentId, BEGIN[selector.kind], [
    client.environmentId,
    wanted(selector),
    newId("sign_in"),
    hashSecret(signIn.handle),
    signIn.redirectUri,
    signIn.clientState,
    signIn.codeChallenge,
    now,
    new Date(now.getTime() + LASTS_MS),
    signIn.email,
    ...toldValues(signIn.visitor),
  ]);
  return found ?? refuseUnknown(client);
}

interface Client {
  environmentId: string;
  clientId: string;
}

interface Begun {
  handle: string;
  redirectUri: string;
  clientState: string | null;
  codeChallenge: string | null;
  email: string | null;
  visitor: Visitor;
}

function wanted({ kind, value }: Selector): string {
  return kind === "domain" ? value.toLowerCase() : value;
}

function refuseUnknown(client: Client): never {
  forgetClient(client.clientId);
  throw new WireError(400, { message: "The application is not known here: its client id is wrong." });
}

const FOUND = `ARRAY(SELECT uri FROM identity.redirect_uris WHERE environment_id = $1) AS redirect_uris,
  EXISTS (SELECT FROM identity.organizations WHERE environment_id = $1 AND id = $2) AS organization_exists,
  coalesce((SELECT json_agg(choices) FROM choices), '[]') AS connections
  FROM identity.environments WHERE id = $1`;

const MEANT: Record<SelectorKind, string> = {
  connection: "row.id = $2",
  organization: "row.organization_id = $2",
  provider: "row.connection_type = $2",
  domain:
    "EXISTS (SELECT FROM identity.connection_domains AS d WHERE d.connection_id = row.id AND d.domain = $2)",
};
const STARTED = `SELECT begun.id AS session_id, begun.connection_id, choices.organization_id, NULL::text AS user_id, $10::text AS email
  FROM begun JOIN choices ON choices.id = begun.connection_id`;
const KINDS = Object.keys(MEANT) as SelectorKind[];
const LOOK_UP = Object.fromEntries(KINDS.map((kind) => [kind, lookUpBy(kind)])) as Record<
  SelectorKind,
  Statement
>;
const BEGIN = Object.fromEntries(KINDS.map((kind) => [kind, beginBy(kind)])) as Record<
  SelectorKind,
  Statement
>;

/** Everything a sign-in begins with, in one look: the application's addresses and the connections it may mean. */
function lookUpBy(kind: SelectorKind): Statement {
  return hotSql(`authorize_by_${kind}`, `WITH ${choices(kind)} SELECT ${FOUND}`);
}

// Not waited for: until somebody comes back from the identity provider, nobody was promised anything.
function beginBy(kind: SelectorKind): Statement {
  return relaxedSql(
    `authorize_and_begin_by_${kind}`,
    `WITH ${choices(kind)},
     begun AS (
       INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, handle_hash, redirect_uri, client_state,
         code_challenge, created_at, expires_at)
       SELECT $3, $1, choice.id, 'application', 'pending', $4, $5, $6, $7, $8, $9 FROM choices AS choice
       WHERE choice.state = 'active' AND choice.ldap IS NULL AND choice.connection_type LIKE '%SAML'
         AND (SELECT count(*) FROM choices WHERE state = 'active') = 1
         AND EXISTS (SELECT FROM identity.redirect_uris WHERE environment_id = $1 AND uri = $5)
       RETURNING id, connection_id),
     told AS (${telling("started", STARTED, 11)})
     SELECT (SELECT connection_id FROM begun) AS begun, ${FOUND}`,
  );
}

function choices(kind: SelectorKind): string {
  return `choices AS MATERIALIZED (
    SELECT row.id, row.environment_id, row.organization_id, row.connection_type, row.name, row.state, row.external_key, row.saml, row.oidc, row.ldap,
      ARRAY(SELECT domain FROM identity.connection_domains AS d WHERE d.connection_id = row.id) AS domains
    FROM identity.connections AS row WHERE row.environment_id = $1 AND ${MEANT[kind]} LIMIT 50)`;
}

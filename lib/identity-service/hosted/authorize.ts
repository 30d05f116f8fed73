import type { FastifyReply, FastifyRequest } from "fastify";
import { redirectUriMatches } from "#lib/shared/redirect-uri-match.ts";
import { type Client, readClient } from "../authentication/client.ts";
import { insertCode } from "../authentication/codes.ts";
import { nextStep } from "../authentication/steps.ts";
import { alone } from "../db.ts";
import { findPendingInvitation } from "../invitations/store.ts";
import type { Service } from "../service.ts";
import { lookUp, readChallenge } from "../sso/authorize.ts";
import { sendTo, withParams } from "../sso/redirect.ts";
import { SignInRefusal } from "../sso/refusal.ts";
import { readSelector, type Selector } from "../sso/selector.ts";
import { Email } from "../users/input.ts";
import { findUserByEmail, insertUser } from "../users/store.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { goOnKnown } from "./finish.ts";
import { type Asked, beginFlow } from "./flow.ts";
import { takeUpImpersonation } from "./impersonation.ts";
import { goOnAs, knownBrowser } from "./remembered.ts";
import { beginSso } from "./single-sign-on.ts";
import { asksAnew, readWish } from "./wish.ts";

/** GET /user_management/authorize */
export async function authorizeUser(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = request.query as Params;
  // Until the redirect URI is known to be the application's, whatever is wrong is shown here: never an open redirect.
  const client = await readClient(service, one(query, "client_id"), null).catch(() => {
    throw new WireError(400, { message: "The application is not known here: its client id is wrong." });
  });
  const redirectUri = one(query, "redirect_uri");
  if (!redirectUri) throw new WireError(400, { message: "The application did not say where to return to." });
  const { redirect_uris } = await lookUp(service, client, null);
  if (!redirect_uris.some((registered) => redirectUriMatches(registered, redirectUri)))
    throw new WireError(400, { message: "The address to return to is not registered for this application." });
  const state = typeof query.state === "string" ? query.state : null;
  try {
    return await begin(service, client, { request, reply, redirectUri, state });
  } catch (error) {
    const refusal = refusalOf(error);
    return sendTo(reply, withParams(redirectUri, { ...refusal, state }));
  }
}

interface Visit {
  request: FastifyRequest;
  reply: FastifyReply;
  redirectUri: string;
  state: string | null;
}

async function begin(service: Service, client: Client, visit: Visit): Promise<FastifyReply> {
  const { request, reply, redirectUri, state } = visit;
  const query = request.query as Params;
  if (one(query, "response_type") !== "code")
    throw new SignInRefusal("unsupported_response_type", "The response_type must be code.");
  const wish = readWish(query);
  const selector = readUserSelector(query);
  const loginHint = one(query, "login_hint") ?? null;
  const codeChallenge = readChallenge(query);
  const impersonation = await takeUpImpersonation(service, client, visit, codeChallenge);
  if (impersonation !== null) return sendTo(reply, withParams(redirectUri, { code: impersonation, state }));
  const organizationId = one(query, "organization_id") ?? null;
  if (client.settings.authentication.test_mode && client.kind !== "production" && loginHint !== null)
    return await signInUnasked(service, client, {
      ...visit,
      codeChallenge,
      organizationId,
      email: loginHint,
    });
  const token = one(query, "invitation_token");
  const run = alone(service.db, client.environmentId);
  const invitation = token ? await findPendingInvitation(service, run, client.environmentId, token) : null;
  const asked: Partial<Asked> & Pick<Asked, "clientId"> = { clientId: client.clientId };
  // Who comes for one connection or with an invitation is not whoever happens to be known here.
  const question = { wish, loginHint, organizationId };
  const known = selector || token ? null : await knownBrowser(service, request, client, question);
  if (wish.silent && !known) throw new SignInRefusal("login_required", "Somebody has to sign in.");
  const forceLogin = asksAnew(wish);
  const flow = await beginFlow(service, request, reply, {
    client,
    asked: { ...asked, redirectUri, state, codeChallenge, loginHint, forceLogin, direct: selector !== null },
    // What the application was told by the person; not yet what they are asked to prove.
    email: invitation?.email ?? null,
    organizationId: invitation?.organization_id ?? organizationId,
    invitationId: invitation?.id ?? null,
  });
  if (known) return await goOnKnown(service, await goOnAs(service, flow, known), wish, reply);
  if (!selector) {
    const signUp = one(query, "screen_hint") === "sign-up" || invitation !== null;
    return sendTo(reply, `${service.env.baseUrl}/authkit/${flow.id}${signUp ? "?show=sign-up" : ""}`);
  }
  const domainHint = one(query, "domain_hint");
  return await beginSso(service, flow, selector, { loginHint, domainHint, forceLogin }, reply);
}

/** Null for our own pages, which find out by themselves how the person signs in. */
function readUserSelector(query: Params): Selector | null {
  if (one(query, "provider") === "authkit") return null;
  return readSelector({
    connection: one(query, "connection_id"),
    organization: one(query, "organization_id"),
    provider: one(query, "provider"),
  });
}

/** Test mode: whoever the application names is signed in. Refused in production where it is set, and again here. */
async function signInUnasked(
  service: Service,
  client: Client,
  {
    request,
    reply,
    redirectUri,
    state,
    codeChallenge,
    organizationId,
    email,
  }: Visit & { codeChallenge: string | null; organizationId: string | null; email: string },
): Promise<FastifyReply> {
  if (!Email.safeParse(email).success)
    throw new SignInRefusal("invalid_request", "In test mode, login_hint must be an e-mail address.");
  const { environmentId } = client;
  const about = { ipAddress: request.ip, userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null };
  const user = await service.db.transaction(environmentId, async (run) => {
    const known = await findUserByEmail(run, environmentId, email);
    return known ?? (await insertUser(run, environmentId, { email, email_verified: true }));
  });
  if (!user) throw new SignInRefusal("server_error", "Try again.");
  const proven = {
    ...about,
    userId: user.id,
    method: "password" as const,
    organizationId,
    invitationId: null,
    unlinkedProfileId: null,
    vouchedOrganizationId: null,
    roleSlugs: null,
    idpSessionId: null,
    secondFactor: true,
  };
  const step = await nextStep(service, client, proven);
  // Of several organizations nobody can choose one: the first is taken, unless organization_id names another.
  const inOrganization =
    step.kind === "done"
      ? step.organizationId
      : step.kind === "organization_selection"
        ? step.organizations[0]?.id
        : null;
  const code = await insertCode(service, alone(service.db, environmentId), environmentId, {
    ...about,
    userId: user.id,
    method: proven.method,
    idpSessionId: null,
    remembrance: null,
    organizationId: inOrganization ?? null,
    impersonator: null,
    codeChallenge,
  });
  return sendTo(reply, withParams(redirectUri, { code, state }));
}

/** @throws what is no refusal */
function refusalOf(error: unknown): { error: string; error_description: string } {
  if (error instanceof SignInRefusal) return { error: error.code, error_description: error.message };
  if (error instanceof WireError && error.status < 500)
    return { error: String(error.body.error ?? "invalid_request"), error_description: error.message };
  throw error;
}

import type { FastifyReply, FastifyRequest } from "fastify";
import { redirectUriMatches } from "#lib/shared/redirect-uri-match.ts";
import { getApplication } from "../connect/store.ts";
import { goOnKnown } from "../hosted/finish.ts";
import { beginFlow } from "../hosted/flow.ts";
import { goOnAs, knownBrowser } from "../hosted/remembered.ts";
import { asksAnew, readWish } from "../hosted/wish.ts";
import type { Service } from "../service.ts";
import { readChallenge } from "../sso/authorize.ts";
import { sendTo, withParams } from "../sso/redirect.ts";
import { SignInRefusal } from "../sso/refusal.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import type { Issuer } from "./issuer.ts";
import { readScopes } from "./scopes.ts";

/** GET /issuers/{client}/oauth2/authorize (RFC 6749, 4.1.1; OpenID Connect Core 1.0, 3.1.2.1) */
export async function authorizeApplication(
  service: Service,
  issuer: Issuer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = request.query as Params;
  const { environmentId } = issuer.client;
  // Until the redirect URI is known to be the application's, whatever is wrong is shown here: never an open redirect.
  const application = await getApplication(service.db, environmentId, one(query, "client_id") ?? "").catch(
    () => null,
  );
  if (application?.kind !== "oauth" || application.client_id !== one(query, "client_id"))
    throw new WireError(400, { message: "The application is not known here: its client id is wrong." });
  const fallback = application.redirect_uris.find((each) => each.default)?.uri;
  const redirectUri = one(query, "redirect_uri") ?? fallback;
  if (!redirectUri || !application.redirect_uris.some(({ uri }) => redirectUriMatches(uri, redirectUri)))
    throw new WireError(400, { message: "The address to return to is not registered for this application." });
  const state = typeof query.state === "string" ? query.state : null;
  try {
    if (one(query, "response_type") !== "code")
      throw new SignInRefusal("unsupported_response_type", "The response_type must be code.");
    const wish = readWish(query);
    const codeChallenge = readChallenge(query);
    if (application.uses_pkce && codeChallenge === null)
      throw new SignInRefusal("invalid_request", "This application has to use PKCE: send a code_challenge.");
    const scopes = readScopes(application, one(query, "scope"));
    const loginHint = one(query, "login_hint") ?? null;
    const organizationId = one(query, "organization_id") ?? application.organization_id;
    const question = { wish, loginHint, organizationId };
    const known = await knownBrowser(service, request, issuer.client, question);
    if (wish.silent && !known) throw new SignInRefusal("login_required", "Somebody has to sign in.");
    const flow = await beginFlow(service, request, reply, {
      client: issuer.client,
      asked: {
        clientId: issuer.client.clientId,
        redirectUri,
        state,
        codeChallenge,
        loginHint,
        forceLogin: asksAnew(wish),
        direct: false,
        connect: {
          applicationId: application.id,
          name: application.name,
          asksConsent: !application.is_first_party,
          asksAgain: wish.consent,
          scopes,
          nonce: one(query, "nonce") ?? null,
          issuer: issuer.url,
        },
      },
      email: null,
      organizationId,
      invitationId: null,
    });
    if (known) return await goOnKnown(service, await goOnAs(service, flow, known), wish, reply);
    return sendTo(reply, `${service.env.baseUrl}/authkit/${flow.id}`);
  } catch (error) {
    const refusal = refusalOf(error);
    return sendTo(reply, withParams(redirectUri, { ...refusal, state, iss: issuer.url }));
  }
}

/** @throws what is no refusal */
function refusalOf(error: unknown): { error: string; error_description: string } {
  if (error instanceof SignInRefusal) return { error: error.code, error_description: error.message };
  if (error instanceof WireError && error.status < 500)
    return { error: String(error.body.error ?? "invalid_request"), error_description: error.message };
  throw error;
}

import type { FastifyReply } from "fastify";
import { redirectUriMatches } from "#lib/shared/redirect-uri-match.ts";
import { sql } from "../db.ts";
import { errorPage, testResultPage } from "../html/pages.ts";
import type { Check } from "../saml/types.ts";
import type { Service } from "../service.ts";
import type { CapturedAnswer } from "./captured.ts";
import type { ReturnContext } from "./context.ts";
import { close, grant, type Success } from "./finish.ts";
import { sendTo, withParams } from "./redirect.ts";
import type { RefusalCode } from "./refusal.ts";
import { visitorOf } from "./told.ts";

/** Where somebody goes whom every question was answered about. */
export interface Arrival {
  success: Success;
  target: string;
}

/** Grants the application a code and sends the browser there with it. */
export async function succeed(
  service: Service,
  context: ReturnContext,
  { success, target }: Arrival,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { checks } = success;
  const outcome = await grant(service, context, success);
  if ("code" in outcome) {
    service.metrics.signIns.inc({ outcome: "passed" });
    return sendTo(
      reply,
      withParams(target, { code: outcome.code, state: context.signIn?.clientState ?? null }),
    );
  }
  if (outcome.refused === "finished") return errorPage(reply, 400, ALREADY_FINISHED);
  return await fail(
    service,
    context,
    { code: "server_error", message: REPLAYED, checks: replayed(checks) },
    reply,
  );
}

export const ALREADY_FINISHED = "This sign-in has expired or was already finished.";
const REPLAYED = "The assertion was used before.";

/** The protocol's check of first use was asked before the database was: here is its answer. */
function replayed(checks: readonly Check[]): Check[] {
  return checks.map((check) =>
    check.id === "assertion.first_use"
      ? { ...check, result: "failed", found: "used before", message: REPLAYED }
      : check,
  );
}

/** A sign-in that was under way then is judged by what holds now, never by what was taken away: it may have been for a reason. */
const CHANGED = "The settings of the connection were changed while this sign-in was under way.";

interface Failure {
  code: RefusalCode;
  message: string;
  checks: readonly Check[];
  email?: string | null;
  captured?: CapturedAnswer | null | undefined;
}

/** Ends a sign-in that did not succeed, and tells the application. */
export async function fail(
  service: Service,
  context: ReturnContext,
  { code, message: said, checks, email = null, captured = null }: Failure,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const changed = isOurs(code) && context.signIn?.purpose === "application" && context.signIn.settingsChanged;
  const message = changed ? `${CHANGED} ${said}` : said;
  service.metrics.signIns.inc({ outcome: "failed" });
  const { connection, signIn } = context;
  await close(service, context, {
    state: "failed",
    checks,
    person: null,
    error: { code, message },
    assertion: null,
    email,
    visitor: visitorOf(reply.request),
    captured,
  });
  if (signIn?.purpose === "test") return testResultPage(reply, { passed: false, sentence: message, checks });
  const target = await targetOf(service, context, null);
  if (!target) return errorPage(reply, 400, sentenceFor(code));
  // The administrator reads the reason in the trace; the person, and the application's log, a plainer sentence.
  const description = changed ? `${CHANGED} Begin it again.` : sentenceFor(code);
  const params = { error: code, error_description: description, state: signIn?.clientState ?? null };
  const ids = { connection_id: connection.id, organization_id: connection.organization_id };
  return sendTo(
    reply,
    withParams(target, code === "idp_initiated_sso_disabled" ? { ...params, ...ids } : params),
  );
}

const REGISTERED = sql(
  "redirect_uris_of",
  "SELECT uri, is_default FROM identity.redirect_uris WHERE environment_id = $1",
);

/** Where to return to: where the request said; without one, where the IdP asks for if that is registered, or the default. */
export async function targetOf(
  { db }: Service,
  { connection, signIn }: ReturnContext,
  askedFor: string | null,
): Promise<string | null> {
  if (signIn) return signIn.redirectUri;
  const environmentId = connection.environment_id;
  const registered = await db.query<{ uri: string; is_default: boolean }>(environmentId, REGISTERED, [
    environmentId,
  ]);
  if (askedFor && registered.some(({ uri }) => redirectUriMatches(uri, askedFor))) return askedFor;
  return registered.find(({ is_default }) => is_default)?.uri ?? null;
}

/** What other settings may bring about; a person who cancels is no sign of them. */
function isOurs(code: RefusalCode): boolean {
  return code === "server_error" || code === "oauth_failed";
}

function sentenceFor(code: RefusalCode): string {
  switch (code) {
    case "access_denied":
      return "The identity provider did not sign you in.";
    case "signin_consent_denied":
      return "The person cancelled the sign-in.";
    case "connection_unlinked":
      return "This connection is switched off.";
    case "idp_initiated_sso_disabled":
      return "Sign-ins that begin at the identity provider are switched off for this connection.";
    case "profile_not_allowed_outside_organization":
      return "The e-mail address is outside the domains of the organization.";
    default:
      return "The identity provider's answer was not accepted. The reason is in the sign-in trace of the connection.";
  }
}

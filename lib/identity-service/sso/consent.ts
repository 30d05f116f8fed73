import type { FastifyReply } from "fastify";
import { z } from "zod";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { OidcSettings, SamlSettings } from "../connections/settings.ts";
import { protocolOf } from "../connections/types.ts";
import { browserOf, knowBrowser, readCookie, setCookie } from "../html/browser-cookie.ts";
import { signInConsentPage } from "../html/consent-page.ts";
import { errorPage } from "../html/pages.ts";
import { hashSecret, sameSecret } from "../keys/secrets.ts";
import type { Check } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { one, type Params } from "../wire/params.ts";
import { ALREADY_FINISHED, type Arrival, fail, succeed } from "./arrive.ts";
import { findReturn, type PendingSignIn, type ReturnContext } from "./context.ts";
import type { IdpSession } from "./finish.ts";
import type { Person } from "./person.ts";
import type { Visitor } from "./told.ts";

const LASTS_MS = 10 * MINUTE_MS;
const REMEMBERED_S = 365 * 24 * 3_600;
const CONTEXT = "sign_in_consent";

/** A sign-in in which everything held, while its person is asked. Sealed, it waits in the page that asks. */
const Held = z.object({
  externalKey: z.string(),
  signIn: z.custom<PendingSignIn>().nullable(),
  success: z.object({
    person: z.custom<Person>(),
    checks: z.custom<Check[]>(),
    assertion: z.object({ id: z.string(), until: z.coerce.date() }).nullable(),
    idToken: z.string().nullable(),
    idpSession: z.custom<IdpSession>().nullable(),
    visitor: z.custom<Visitor>(),
  }),
  target: z.string(),
  browser: z.string(),
  until: z.number(),
});

/**
 * Asks a person whether they mean to sign in as whom their identity provider says: somebody may have sent them through an
 * identity provider of their own (login CSRF). Null where they said so before in this browser, and for a password page of
 * ours, which only they can have answered.
 */
export function askConsent(
  service: Service,
  { connection, signIn }: ReturnContext,
  { success, target }: Arrival,
  reply: FastifyReply,
): FastifyReply | null {
  const { env, sealer, clock } = service;
  if (protocolOf(connection) === "ldap") return null;
  const known = readCookie(reply.request, cookieFor(env.baseUrl, connection.id));
  if (known !== null && sameSecret(known, consentOf(connection.id, success.person))) return null;
  const held: z.input<typeof Held> = {
    externalKey: connection.external_key,
    signIn,
    success: { ...success, checks: [...success.checks] },
    target,
    browser: hashSecret(knowBrowser(env.baseUrl, reply)),
    until: clock().getTime() + LASTS_MS,
  };
  return signInConsentPage(reply, {
    email: success.person.email,
    provider: providerOf(connection),
    held: sealer.seal(JSON.stringify(held), CONTEXT),
  });
}

/** POST /sso/consent: what the person said. */
export async function receiveConsent(
  service: Service,
  form: Params,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const held = openHeld(service, one(form, "held") ?? "");
  const browser = browserOf(service.env.baseUrl, reply.request);
  // The page was shown to one browser, and no other page can send its form.
  if (!held || browser === null || !sameSecret(hashSecret(browser), held.browser))
    return errorPage(reply, 400, ALREADY_FINISHED);
  const { connection } = await findReturn(service, held.externalKey, null);
  const context = { connection, signIn: held.signIn };
  if (connection.state !== "active") return errorPage(reply, 400, ALREADY_FINISHED);
  const { success, target } = held;
  if (one(form, "decision") !== "accept")
    return await fail(
      service,
      context,
      {
        code: "signin_consent_denied",
        message: "The person cancelled the sign-in.",
        checks: success.checks,
        email: success.person.email,
      },
      reply,
    );
  const name = cookieFor(service.env.baseUrl, connection.id);
  setCookie(service.env.baseUrl, reply, {
    name,
    value: consentOf(connection.id, success.person),
    maxAgeS: REMEMBERED_S,
  });
  return await succeed(service, context, { success, target }, reply);
}

function openHeld({ sealer, clock }: Service, sealed: string): z.output<typeof Held> | null {
  try {
    const held = Held.parse(JSON.parse(sealer.open(sealed, CONTEXT)));
    return held.until > clock().getTime() ? held : null;
  } catch {
    // Not ours, or altered: the same to whoever brings it.
    return null;
  }
}

/** What is kept of a consent: whom it was about, for nobody to read. */
function consentOf(connectionId: string, { idp_id }: Person): string {
  return hashSecret(`${connectionId}:${idp_id}`);
}

function cookieFor(baseUrl: string, connectionId: string): string {
  return `${baseUrl.startsWith("https:") ? "__Host-" : ""}sallyport_ok_${connectionId.slice(-16)}`;
}

/** The host that vouches, as people know it from the address bar. */
function providerOf({ saml, oidc, name }: ReturnContext["connection"]): string {
  const address = saml ? SamlSettings.parse(saml).idp_sso_url : oidc ? OidcSettings.parse(oidc).issuer : null;
  return address && URL.canParse(address) ? new URL(address).host : name;
}

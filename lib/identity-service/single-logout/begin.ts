import { randomBytes } from "node:crypto";
import type { FastifyReply } from "fastify";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { addressesOf } from "../connections/connection.ts";
import { OidcSettings, SamlSettings } from "../connections/settings.ts";
import { postFormPage } from "../html/pages.ts";
import { randomSecret } from "../keys/secrets.ts";
import { buildLogoutRequest } from "../saml/logout-messages.ts";
import type { Service } from "../service.ts";
import { samlPair } from "../sso/begin.ts";
import { idTokenContext } from "../sso/finish.ts";
import { sendTo, withParams } from "../sso/redirect.ts";
import { endIdpSessions, expectBack, type IdpSessionRow, itself } from "./store.ts";

const LASTS_MS = 10 * MINUTE_MS;
/** After that the provider need not act on the request. */
const REQUEST_LASTS_MS = 5 * MINUTE_MS;

/** How the browser goes to the identity provider, and by which handle it is known again. */
interface Departure {
  handle: string;
  message:
    | { binding: "redirect"; url: string }
    | { binding: "post"; action: string; fields: Readonly<Record<string, string>> };
}

/**
 * Ends what rests on the session at the identity provider, then sends the browser there to end that one, and from there to
 * `returnTo`. Null where the provider cannot be told: then nothing is left to do but to go on.
 */
export async function leave(
  service: Service,
  session: IdpSessionRow,
  { returnTo, asked }: { returnTo: string | null; asked: boolean },
  reply: FastifyReply,
): Promise<FastifyReply | null> {
  const { environment_id: environmentId, connection_id: connectionId } = session;
  const now = service.clock();
  const departure =
    session.connection_state === "active" ? await departureOf(service, session, { now, asked }) : null;
  await service.db.transaction(environmentId, async (run) => {
    await endIdpSessions(run, environmentId, itself(session), now);
    const until = new Date(now.getTime() + LASTS_MS);
    if (departure)
      await expectBack(run, environmentId, { handle: departure.handle, connectionId, returnTo, until });
  });
  if (!departure) return null;
  const { message } = departure;
  return message.binding === "redirect"
    ? sendTo(reply, message.url)
    : postFormPage(reply, { action: message.action, fields: message.fields, title: "Signing you out" });
}

async function departureOf(
  service: Service,
  session: IdpSessionRow,
  { now, asked }: { now: Date; asked: boolean },
): Promise<Departure | null> {
  if (session.saml) return await bySaml(service, session, { now, asked });
  return session.oidc ? await byOidc(service, session, asked) : null;
}

async function bySaml(
  service: Service,
  { environment_id, external_key, saml, name_id, session_index }: IdpSessionRow,
  { now, asked }: { now: Date; asked: boolean },
): Promise<Departure | null> {
  const settings = SamlSettings.parse(saml);
  if (!settings.idp_slo_url || !name_id || !(asked || settings.single_logout)) return null;
  const handle = `_${randomBytes(16).toString("hex")}`;
  const message = buildLogoutRequest({
    id: handle,
    now,
    notOnOrAfter: new Date(now.getTime() + REQUEST_LASTS_MS),
    binding: settings.idp_slo_binding,
    destination: settings.idp_slo_url,
    spEntityId: addressesOf(service.env.baseUrl, external_key).entity_id,
    relayState: handle,
    signing: await samlPair(service, environment_id),
    nameId: name_id,
    sessionIndex: session_index,
  });
  return { handle, message };
}

/** OpenID Connect RP-Initiated Logout 1.0, section 2. */
async function byOidc(service: Service, session: IdpSessionRow, asked: boolean): Promise<Departure | null> {
  const { connection_id, environment_id, external_key, id_token_sealed } = session;
  const settings = OidcSettings.parse(session.oidc);
  if (!asked && !settings.single_logout) return null;
  const { endSessionEndpoint } = await import("../oidc/configuration.ts");
  // Who cannot be asked now is not told; that must keep nobody signed in here.
  const endpoint = await endSessionEndpoint(service, { id: connection_id, environment_id, settings }).catch(
    () => null,
  );
  if (!endpoint) return null;
  const hint = id_token_sealed && service.sealer.open(id_token_sealed, idTokenContext(connection_id));
  const handle = randomSecret();
  // A provider that does not know the address would show an error in place of signing out.
  const back: Record<string, string> = settings.single_logout
    ? {
        post_logout_redirect_uri: addressesOf(service.env.baseUrl, external_key).post_logout_redirect_uri,
        state: handle,
      }
    : {};
  const url = withParams(endpoint, { client_id: settings.client_id, id_token_hint: hint, ...back });
  return { handle, message: { binding: "redirect", url } };
}

import type { FastifyReply } from "fastify";
import { z } from "zod";
import { SamlSettings } from "../connections/settings.ts";
import { alone, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import type { Service } from "../service.ts";
import { findIdpSession, latestIdpSession } from "../single-logout/store.ts";
import { notFound, oauthError, WireError } from "../wire/errors.ts";
import { parse } from "../wire/params.ts";

const LASTS_MS = 5 * 60_000;
const CONTEXT = "logout_token";

const FIND = sql(
  "logout_find",
  `SELECT connection.saml, connection.oidc, environment.settings
   FROM identity.profiles AS profile JOIN identity.connections AS connection ON connection.id = profile.connection_id
   JOIN identity.environments AS environment ON environment.id = profile.environment_id
   WHERE profile.environment_id = $1 AND profile.id = $2`,
);

interface Found {
  saml: unknown;
  oidc: unknown;
  settings: unknown;
}

const Ticket = z.object({
  environmentId: z.string(),
  profileId: z.string(),
  /** The one that was the last when the link was made: following it twice ends no other. */
  idpSessionId: z.string().nullable(),
  expiresAt: z.number(),
});

/** POST /sso/logout/authorize: a link that ends the person's session at the identity provider. */
export async function authorizeLogout(service: Service, environmentId: string, body: unknown) {
  const { profile_id } = parse(z.object({ profile_id: z.string() }), body);
  const [found] = await service.db.query<Found>(environmentId, FIND, [environmentId, profile_id]);
  if (!found) throw notFound("Profile", profile_id);
  if (!found.oidc && !SamlSettings.parse(found.saml ?? {}).idp_slo_url)
    throw oauthError(
      "connection_invalid",
      "Single Logout is only supported for OIDC connections, and for SAML connections that have a single logout address.",
    );
  const session = await latestIdpSession(alone(service.db, environmentId), environmentId, profile_id);
  const ticket: z.infer<typeof Ticket> = {
    environmentId,
    profileId: profile_id,
    idpSessionId: session?.id ?? null,
    expiresAt: service.clock().getTime() + LASTS_MS,
  };
  const token = service.sealer.seal(JSON.stringify(ticket), CONTEXT);
  return {
    logout_url: `${service.env.baseUrl}/sso/logout?token=${encodeURIComponent(token)}`,
    logout_token: token,
  };
}

/** GET /sso/logout: ends what rests on the person's last sign-in here, and sends the browser to end it there. */
export async function followLogout(
  service: Service,
  token: string | undefined,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { environmentId, profileId, idpSessionId } = readTicket(service, token);
  const run = alone(service.db, environmentId);
  const [found] = await run<Found>(FIND, [environmentId, profileId]);
  const session = idpSessionId && (await findIdpSession(run, environmentId, idpSessionId));
  if (!found || !session) throw new WireError(404, { message: "There is no session to end here." });
  const { leave } = await import("../single-logout/begin.ts");
  const returnTo = EnvironmentSettings.parse(found.settings).pages.home_url;
  const gone = await leave(service, session, { returnTo, asked: true }, reply);
  if (!gone) throw new WireError(404, { message: "The identity provider has no address for signing out." });
  return gone;
}

function readTicket({ sealer, clock }: Service, token: string | undefined): z.infer<typeof Ticket> {
  try {
    const ticket = Ticket.parse(JSON.parse(sealer.open(token ?? "", CONTEXT)));
    if (ticket.expiresAt > clock().getTime()) return ticket;
  } catch {
    // Not ours, or altered: the same to whoever brings it.
  }
  throw new WireError(404, { message: "The sign-out link is not valid, or no longer." });
}

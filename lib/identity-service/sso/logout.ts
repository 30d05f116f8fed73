import { z } from "zod";
import { OidcSettings } from "../connections/settings.ts";
import { sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound, oauthError, WireError } from "../wire/errors.ts";
import { parse } from "../wire/params.ts";
import { idTokenContext } from "./finish.ts";
import { withParams } from "./redirect.ts";

const LASTS_MS = 5 * 60_000;
const CONTEXT = "logout_token";

const FIND = sql(
  "logout_find",
  `SELECT profile.id_token_sealed, profile.idp_id, connection.id AS connection_id, connection.environment_id, connection.oidc
   FROM identity.profiles AS profile JOIN identity.connections AS connection ON connection.id = profile.connection_id
   WHERE profile.environment_id = $1 AND profile.id = $2`,
);

interface Found {
  id_token_sealed: string | null;
  connection_id: string;
  environment_id: string;
  oidc: unknown;
}

const Ticket = z.object({ environmentId: z.string(), profileId: z.string(), expiresAt: z.number() });

/** POST /sso/logout/authorize: a link that ends the person's session at the identity provider. */
export async function authorizeLogout(service: Service, environmentId: string, body: unknown) {
  const { profile_id } = parse(z.object({ profile_id: z.string() }), body);
  const [found] = await service.db.query<Found>(environmentId, FIND, [environmentId, profile_id]);
  if (!found) throw notFound("Profile", profile_id);
  if (!found.oidc)
    throw oauthError("connection_invalid", "Single Logout is only supported for OIDC connections.");
  const ticket = { environmentId, profileId: profile_id, expiresAt: service.clock().getTime() + LASTS_MS };
  const token = service.sealer.seal(JSON.stringify(ticket), CONTEXT);
  return {
    logout_url: `${service.env.baseUrl}/sso/logout?token=${encodeURIComponent(token)}`,
    logout_token: token,
  };
}

/** GET /sso/logout: where to send the browser. */
export async function logoutAddress(service: Service, token: string | undefined): Promise<string> {
  const { environmentId, profileId } = readTicket(service, token);
  const [found] = await service.db.query<Found>(environmentId, FIND, [environmentId, profileId]);
  if (!found?.oidc) throw new WireError(404, { message: "There is no session to end here." });
  const settings = OidcSettings.parse(found.oidc);
  const { endSessionEndpoint } = await import("../oidc/configuration.ts");
  const endpoint = await endSessionEndpoint(service, { ...found, id: found.connection_id, settings });
  if (!endpoint)
    throw new WireError(404, { message: "The identity provider has no address for signing out." });
  const hint =
    found.id_token_sealed && service.sealer.open(found.id_token_sealed, idTokenContext(found.connection_id));
  return withParams(endpoint, { client_id: settings.client_id, id_token_hint: hint });
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

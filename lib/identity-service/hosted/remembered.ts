import type { FastifyReply, FastifyRequest } from "fastify";
import { HOUR_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { Client } from "../authentication/client.ts";
import { tellReauthenticated } from "../authentication/events.ts";
import { connectionsOfDomain, membershipStatus } from "../authentication/organizations.ts";
import type { Method, Proven } from "../authentication/proven.ts";
import { alone, type Run, sql } from "../db.ts";
import { readCookie, setCookie } from "../html/browser-cookie.ts";
import { randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import {
  findRemembered,
  forgetSecret,
  insertRemembered,
  type RememberedRow,
  touchRemembered,
} from "../sessions/remembered.ts";
import { findUser } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import { emailKey } from "../wire/email.ts";
import { type Flow, saveFlow } from "./flow.ts";
import type { Wish } from "./wish.ts";

/** Whom this browser is known to be, good enough for what is asked. */
export interface Known {
  remembered: RememberedRow;
  user: UserRow;
  proven: Proven;
}

interface Question {
  wish: Wish;
  loginHint: string | null;
  organizationId: string | null;
}

/**
 * Whoever signed in before in this browser, in this environment. Null where nobody did, where it was too long ago or
 * somebody else is asked for, and where they could not sign in that way any more: then they are asked as if new.
 */
export async function knownBrowser(
  service: Service,
  request: FastifyRequest,
  client: Client,
  { wish, loginHint, organizationId }: Question,
): Promise<Known | null> {
  const { environmentId, settings } = client;
  const secret = readCookie(request, cookieName(environmentId, isSecure(service)));
  if (!secret || wish.anew || !settings.authentication.remember) return null;
  const run = alone(service.db, environmentId);
  const now = service.clock();
  const row = await findRemembered(run, environmentId, secret, now);
  if (!row || isTooOld(row, wish, now)) return null;
  const user = await findUser(run, environmentId, row.user_id);
  if (!user || (loginHint !== null && emailKey(loginHint) !== user.email_key)) return null;
  if (!(await mayStill(run, client, row, user))) return null;
  const organization = await organizationFor(run, environmentId, row, organizationId);
  if (organization === undefined) return null;
  return { remembered: row, user, proven: provenOf(row, organization, request) };
}

function isTooOld({ signed_in_at }: RememberedRow, { maxAgeS }: Wish, now: Date): boolean {
  if (maxAgeS === null) return false;
  // `max_age=0` is the same as `prompt=login`, even within one millisecond.
  return maxAgeS === 0 || now.getTime() - signed_in_at.getTime() > maxAgeS * SECOND_MS;
}

const SSO_STILL_ON = sql(
  "remembered_sso_still_on",
  `SELECT idp.id FROM identity.idp_sessions AS idp JOIN identity.connections AS connection ON connection.id = idp.connection_id
   WHERE idp.environment_id = $1 AND idp.id = $2 AND idp.ended_at IS NULL AND connection.state = 'active'`,
);

/** Whether they could sign in this way today: it must not be a way around what was decided since. */
async function mayStill(
  run: Run,
  { environmentId, settings }: Client,
  { method, idp_session_id }: RememberedRow,
  user: UserRow,
): Promise<boolean> {
  const { password, magic_auth } = settings.authentication;
  if (method === "sso") return (await run(SSO_STILL_ON, [environmentId, idp_session_id])).length > 0;
  if ((method === "password" && !password) || (method === "magic_code" && !magic_auth)) return false;
  return (await connectionsOfDomain(run, environmentId, user.email)).length === 0;
}

/** The organization they go on in: the one asked for, or the last; undefined where they are no active member of the one asked for. */
async function organizationFor(
  run: Run,
  environmentId: string,
  { user_id, organization_id }: RememberedRow,
  asked: string | null,
): Promise<string | null | undefined> {
  const wanted = asked ?? organization_id;
  if (wanted === null) return null;
  const status = await membershipStatus(run, environmentId, user_id, wanted);
  if (status === "active") return wanted;
  return asked === null ? null : undefined;
}

/** Nothing of what an identity provider vouched for then counts now: it makes nobody a member again. */
function provenOf(row: RememberedRow, organizationId: string | null, request: FastifyRequest): Proven {
  return {
    userId: row.user_id,
    method: row.method as Method,
    organizationId,
    invitationId: null,
    unlinkedProfileId: null,
    vouchedOrganizationId: null,
    roleSlugs: null,
    idpSessionId: row.idp_session_id,
    secondFactor: row.second_factor,
    ipAddress: request.ip,
    userAgent: request.headers["user-agent"]?.slice(0, 500) ?? null,
  };
}

/** Goes on with a sign-in that has just begun as whoever the browser is known to be. */
export async function goOnAs(
  service: Service,
  flow: Flow,
  { remembered, user, proven }: Known,
): Promise<Flow> {
  const { id, signed_in_at } = remembered;
  return await saveFlow(service, {
    ...flow,
    email: user.email,
    proven,
    asked: { ...flow.asked, remembered: { id, userId: user.id, signedInAt: signed_in_at.toISOString() } },
  });
}

/** What the sign-in that ends here is known by from now on, if at all. */
export interface Remembrance {
  id: string;
  signedInAt: Date;
}

/** Keeps the browser known: a new secret for whoever has just signed in, the old one for whoever was known. */
export async function remember(
  service: Service,
  run: Run,
  { client, asked, proven }: Flow & { proven: Proven },
  organizationId: string | null,
  reply: FastifyReply,
): Promise<Remembrance | null> {
  const { environmentId, settings } = client;
  const now = service.clock();
  // Whoever is known here may have said that they are somebody else.
  if (asked.remembered?.userId === proven.userId) {
    const { id, signedInAt } = asked.remembered;
    const { secondFactor } = proven;
    await touchRemembered(run, environmentId, settings, { id, organizationId, secondFactor, now });
    return { id, signedInAt: new Date(signedInAt) };
  }
  if (!settings.authentication.remember) return null;
  const name = cookieName(environmentId, isSecure(service));
  const before = readCookie(reply.request, name);
  const was = before ? await forgetSecret(run, environmentId, before) : null;
  if (was === proven.userId) await tellReauthenticated(run, environmentId, proven);
  const secret = randomSecret();
  const id = await insertRemembered(run, environmentId, settings, secret, {
    user_id: proven.userId,
    organization_id: organizationId,
    method: proven.method,
    second_factor: proven.secondFactor,
    idp_session_id: proven.idpSessionId,
    signed_in_at: now,
  });
  const maxAgeS = (settings.sessions.maximum_hours * HOUR_MS) / SECOND_MS;
  setCookie(service.env.baseUrl, reply, { name, value: secret, maxAgeS });
  return { id, signedInAt: now };
}

/** One for each environment: they share an origin, but no people. */
function cookieName(environmentId: string, secure: boolean): string {
  return `${secure ? "__Host-" : ""}sallyport_in_${environmentId.slice(-16)}`;
}

function isSecure({ env }: Service): boolean {
  return env.baseUrl.startsWith("https:");
}

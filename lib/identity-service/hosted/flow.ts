import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Client, readClient } from "../authentication/client.ts";
import { type AuthenticationRow, provenOf } from "../authentication/pending.ts";
import type { Proven } from "../authentication/proven.ts";
import { EVERY_ENVIRONMENT, json, type Run, sql } from "../db.ts";
import { readCookie, setCookie } from "../html/browser-cookie.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";

const LIFE_MS = 30 * MINUTE_MS;

/** What the application asked, and how far the person has got that no column says. */
const Asked = z.object({
  clientId: z.string(),
  /** Where the application wants them back; null where a device waits instead. */
  redirectUri: z.string().nullable(),
  state: z.string().nullable(),
  codeChallenge: z.string().nullable(),
  loginHint: z.string().nullable(),
  /** The person came for one connection: what goes wrong there is told the application, not them. */
  direct: z.boolean(),
  device: z.string().nullable().default(null),
  /** Whoever signs in at an identity provider on the way is to show there anew who they are. */
  forceLogin: z.boolean().default(false),
  /** They were known in this browser, since then. */
  remembered: z
    .object({ id: z.string(), userId: z.string(), signedInAt: z.string() })
    .nullable()
    .default(null),
  /** A Connect application asks, and its OAuth code is what they come back with. */
  connect: z
    .object({
      applicationId: z.string(),
      name: z.string(),
      /** It is not the vendor's own: the person is asked whether it may. */
      asksConsent: z.boolean(),
      /** Though they said so once. */
      asksAgain: z.boolean().default(false),
      scopes: z.array(z.string()),
      nonce: z.string().nullable(),
      issuer: z.string(),
    })
    .nullable()
    .default(null),
  /** A code to sign in with was sent to the address. */
  codeSent: z.boolean().default(false),
  /** What they chose when they signed up, of use once they have shown that the address is theirs. */
  chosenPasswordHash: z.string().nullable().default(null),
  /** Where somebody has to enter what an authenticator shows. */
  challengeId: z.string().nullable().default(null),
  factorId: z.string().nullable().default(null),
  unlinkedProfileId: z.string().nullable().default(null),
  vouchedOrganizationId: z.string().nullable().default(null),
  idpSessionId: z.string().nullable().default(null),
  hasRoles: z.boolean().default(false),
});
export type Asked = z.output<typeof Asked>;

/** Somebody who is signing in by our own pages, in one browser. */
export interface Flow {
  id: string;
  client: Client;
  asked: Asked;
  email: string | null;
  organizationId: string | null;
  invitationId: string | null;
  /** Null until they have shown who they are. */
  proven: Proven | null;
  ipAddress: string | null;
  userAgent: string | null;
  finished: boolean;
  /** Of the secret in the browser's cookie: the PKCE challenge of what this sign-in asks identity providers for. */
  secretHash: string;
}

const INSERT = sql(
  "hosted_flow_insert",
  `INSERT INTO identity.authentications (id, environment_id, kind, secret_hash, request, email, organization_id, invitation_id,
     role_slugs, ip_address, user_agent, created_at, expires_at)
   VALUES ($2, $1, 'hosted', $3, $4, $5, $6, $7, '{}', $8, $9, $10, $11)`,
);
// Looked up across environments: the cookie is the proof of which one.
const FIND = sql(
  "hosted_flow_find",
  `SELECT * FROM identity.authentications WHERE id = $1 AND secret_hash = $2 AND kind = 'hosted' AND expires_at > $3`,
);
const SAVE = sql(
  "hosted_flow_save",
  `UPDATE identity.authentications SET request = $3, email = $4, user_id = $5, method = $6, organization_id = $7,
     invitation_id = $8, role_slugs = $9, second_factor = $10
   WHERE environment_id = $1 AND id = $2 AND finished_at IS NULL RETURNING id`,
);
const FINISH = sql(
  "hosted_flow_finish",
  `UPDATE identity.authentications SET finished_at = $3
   WHERE environment_id = $1 AND id = $2 AND finished_at IS NULL RETURNING id`,
);

export interface NewFlow {
  client: Client;
  asked: z.input<typeof Asked>;
  email: string | null;
  organizationId: string | null;
  invitationId: string | null;
}

/** Begins a sign-in in this browser, which alone can go on with it: it keeps the secret in a cookie. */
export async function beginFlow(
  { db, clock, env }: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  { client, asked, email, organizationId, invitationId }: NewFlow,
): Promise<Flow> {
  const id = newId("authentication");
  const secret = randomSecret();
  const { environmentId } = client;
  const ipAddress = request.ip;
  const userAgent = request.headers["user-agent"]?.slice(0, 500) ?? null;
  await db.query(environmentId, INSERT, [
    environmentId,
    id,
    hashSecret(secret),
    json(asked),
    email,
    organizationId,
    invitationId,
    ipAddress,
    userAgent,
    createdAt(id),
    new Date(clock().getTime() + LIFE_MS),
  ]);
  const name = cookieName(id, env.baseUrl.startsWith("https:"));
  setCookie(env.baseUrl, reply, { name, value: secret, maxAgeS: LIFE_MS / 1_000 });
  return {
    id,
    client,
    asked: Asked.parse(asked),
    email,
    organizationId,
    invitationId,
    proven: null,
    ipAddress,
    userAgent,
    finished: false,
    secretHash: hashSecret(secret),
  };
}

/** The sign-in that this browser began. @throws WireError 400 where it began none of this name, or too long ago. */
export async function readFlow(service: Service, request: FastifyRequest, id: string): Promise<Flow> {
  const { db, clock, env } = service;
  const secret = readCookie(request, cookieName(id, env.baseUrl.startsWith("https:")));
  type Row = AuthenticationRow & { finished_at: Date | null; secret_hash: string };
  const [row] = secret ? await db.query<Row>(EVERY_ENVIRONMENT, FIND, [id, hashSecret(secret), clock()]) : [];
  if (!row)
    throw new WireError(400, {
      message:
        "This sign-in was not begun in this browser, or has taken too long. Cookies have to be allowed for it.",
    });
  const asked = Asked.parse(row.request);
  return {
    id,
    client: await readClient(service, asked.clientId, null),
    asked,
    email: row.email,
    organizationId: row.organization_id,
    invitationId: row.invitation_id,
    proven: provenOf(row),
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    finished: row.finished_at !== null,
    secretHash: row.secret_hash,
  };
}

/** Keeps what a step has changed. @throws WireError 400 where another window has finished the sign-in. */
export async function saveFlow({ db }: Service, flow: Flow): Promise<Flow> {
  const { client, proven, asked } = flow;
  const { environmentId } = client;
  const request = {
    ...asked,
    unlinkedProfileId: proven?.unlinkedProfileId ?? null,
    vouchedOrganizationId: proven?.vouchedOrganizationId ?? null,
    idpSessionId: proven?.idpSessionId ?? null,
    hasRoles: proven?.roleSlugs != null,
  };
  const saved = await db.query(environmentId, SAVE, [
    environmentId,
    flow.id,
    json(request),
    flow.email,
    proven?.userId ?? null,
    proven?.method ?? null,
    proven ? proven.organizationId : flow.organizationId,
    proven ? proven.invitationId : flow.invitationId,
    proven?.roleSlugs ?? [],
    proven?.secondFactor ?? false,
  ]);
  if (saved.length === 0) throw alreadyFinished();
  return flow;
}

/** Of two windows that finish one sign-in, one does. */
export async function finishFlow({ clock }: Service, run: Run, { id, client }: Flow): Promise<void> {
  const finished = await run(FINISH, [client.environmentId, id, clock()]);
  if (finished.length === 0) throw alreadyFinished();
}

export function alreadyFinished(): WireError {
  return new WireError(400, { message: "This sign-in was finished already. Go back to the application." });
}

/** Several sign-ins may be under way in one browser. */
function cookieName(id: string, secure: boolean): string {
  return `${secure ? "__Host-" : ""}sallyport_${id.slice(-16)}`;
}

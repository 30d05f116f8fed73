import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { redirectUriMatches } from "#lib/shared/redirect-uri-match.ts";
import { type Run, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { getEnvironment } from "../environments/store.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import { queueMessage } from "../messages/queue.ts";
import { magicLinkText } from "../messages/texts.ts";
import { requireSendAllowed } from "../one-time/sends.ts";
import type { Service } from "../service.ts";
import { secretsContext } from "../sso/begin.ts";
import { Email } from "../users/input.ts";
import { emailKey } from "../wire/email.ts";
import { invalid, notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { iso } from "../wire/time.ts";

export const MAGIC_LINK = "MagicLink";

export const CreateSession = z.object({
  email: Email,
  type: z.literal(MAGIC_LINK),
  redirect_uri: z.string().nullish(),
  state: z.string().max(2_000).nullish(),
  connection: z.string().nullish(),
  expires_in: z.number().int().min(900).max(86_400).default(900),
});
type CreateSession = z.infer<typeof CreateSession>;

/** What is kept sealed of a link: who it signs in, and the link itself, for it may be sent later. */
export const LinkSecrets = z.object({ email: z.string(), token: z.string() });
type LinkSecrets = z.infer<typeof LinkSecrets>;

interface SessionRow extends Record<string, unknown> {
  id: string;
  secrets_sealed: string;
  expires_at: Date;
}

const REGISTERED = sql(
  "passwordless_redirect_uris",
  "SELECT uri, is_default FROM identity.redirect_uris WHERE environment_id = $1",
);
// Its external key is no secret: it says that there is one of them in an environment.
const PUT_CONNECTION = sql(
  "passwordless_connection_put",
  `INSERT INTO identity.connections (id, environment_id, connection_type, name, state, external_key, created_at, updated_at)
   VALUES ($1, $2, '${MAGIC_LINK}', 'Magic Link', 'active', $3, $4, $4)
   ON CONFLICT (external_key) DO UPDATE SET external_key = excluded.external_key RETURNING id`,
);
// A sign-in like any other, pending from when its link was made.
const INSERT = sql(
  "passwordless_session_insert",
  `INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, handle_hash, redirect_uri, client_state,
     secrets_sealed, created_at, expires_at)
   VALUES ($1, $2, $3, 'application', 'pending', $4, $5, $6, $7, $8, $9) RETURNING *`,
);
const FIND = sql(
  "passwordless_session_find",
  `SELECT signing_in.* FROM identity.sign_ins AS signing_in JOIN identity.connections AS connection
     ON connection.id = signing_in.connection_id AND connection.connection_type = '${MAGIC_LINK}'
   WHERE signing_in.environment_id = $1 AND signing_in.id = $2 AND signing_in.state = 'pending' AND signing_in.expires_at > $3`,
);

/** POST /passwordless/sessions: a link that signs in whoever owns the address, once. */
export async function createSession(service: Service, environmentId: string, wanted: CreateSession) {
  const { settings } = await getEnvironment(service.db, environmentId);
  if (!EnvironmentSettings.parse(settings).authentication.magic_auth)
    throw refused(400, "Sign-in by e-mail is not enabled for this environment.", "magic_auth_not_enabled");
  const [id, token] = [newId("passwordless_session"), randomSecret()];
  const now = service.clock();
  const secrets: LinkSecrets = { email: wanted.email, token };
  const row = await service.db.transaction(environmentId, async (run) => {
    const redirectUri = await requireRedirectUri(run, environmentId, wanted.redirect_uri ?? null);
    const connectionId = await magicLinkConnection(run, environmentId);
    if (wanted.connection && wanted.connection !== connectionId)
      throw notFound("Connection", wanted.connection);
    const [made] = await run<SessionRow>(INSERT, [
      id,
      environmentId,
      connectionId,
      hashSecret(token),
      redirectUri,
      wanted.state ?? null,
      service.sealer.seal(JSON.stringify(secrets), secretsContext(id)),
      now,
      new Date(now.getTime() + wanted.expires_in * 1_000),
    ]);
    if (!made) throw notFound("Passwordless Session", id);
    return made;
  });
  return {
    object: "passwordless_session" as const,
    id,
    email: wanted.email,
    expires_at: iso(row.expires_at),
    link: linkOf(service, token),
  };
}

/** POST /passwordless/sessions/{id}/send */
export async function sendSession(service: Service, environmentId: string, id: string): Promise<void> {
  const { db, sealer, clock } = service;
  const [row] = await db.query<SessionRow>(environmentId, FIND, [environmentId, id, clock()]);
  if (!row) throw notFound("Passwordless Session", id);
  const { email, token } = openSecrets(service, row.id, row.secrets_sealed);
  await requireSendAllowed(db, environmentId, "passwordless", emailKey(email));
  const { name: application } = await getEnvironment(db, environmentId);
  const text = magicLinkText({ application, link: linkOf(service, token), expiresAt: row.expires_at });
  await db.transaction(environmentId, async (run) => {
    const message = { kind: "passwordless" as const, recipient: email, expiresAt: row.expires_at, ...text };
    await queueMessage(sealer, run, environmentId, message);
  });
}

export function openSecrets({ sealer }: Service, id: string, sealed: string): LinkSecrets {
  return LinkSecrets.parse(JSON.parse(sealer.open(sealed, secretsContext(id))));
}

function linkOf({ env }: Service, token: string): string {
  return `${env.baseUrl}/passwordless/${token}`;
}

async function magicLinkConnection(run: Run, environmentId: string): Promise<string> {
  const id = newId("conn");
  const values = [id, environmentId, `magic_link_${environmentId}`, createdAt(id)];
  const [row] = await run<{ id: string }>(PUT_CONNECTION, values);
  if (!row) throw new Error("The connection of magic links was not kept.");
  return row.id;
}

async function requireRedirectUri(run: Run, environmentId: string, asked: string | null): Promise<string> {
  const registered = await run<{ uri: string; is_default: boolean }>(REGISTERED, [environmentId]);
  const standard = registered.find(({ is_default }) => is_default)?.uri;
  const known =
    asked === null ? standard : registered.some(({ uri }) => redirectUriMatches(uri, asked)) && asked;
  if (known) return known;
  const message = "The redirect URI is not registered, or none was given and there is no default.";
  throw invalid([{ field: "redirect_uri", code: "invalid_redirect_uri", message }], message);
}

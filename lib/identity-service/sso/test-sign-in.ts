import type { FastifyReply } from "fastify";
import { newId } from "#lib/shared/ids.ts";
import { getConnection } from "../connections/connection.ts";
import { whatIsMissing } from "../connections/protocols.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import { errorPage } from "../html/pages.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { refused } from "../wire/errors.ts";
import { ALREADY_FINISHED } from "./arrive.ts";
import { beginSignIn } from "./begin.ts";
import { SignInRefusal } from "./refusal.ts";
import type { ConnectionChoice } from "./selector.ts";

const LASTS_MS = 15 * 60_000;

const INSERT = sql(
  "test_sign_in_insert",
  `INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, handle_hash, created_at, expires_at)
   VALUES ($1, $2, $3, 'test', 'pending', $4, $5, $6)`,
);
// Looked up across environments: the link is what says which one.
const FIND = sql(
  "test_sign_in_find",
  `SELECT s.id AS sign_in_id, c.id, c.environment_id, c.organization_id, c.connection_type, c.name, c.state, c.external_key, c.saml, c.oidc, c.ldap, '{}'::text[] AS domains
   FROM identity.sign_ins AS s JOIN identity.connections AS c ON c.id = s.connection_id
   WHERE s.handle_hash = $1 AND s.purpose = 'test' AND s.state = 'pending' AND s.expires_at > $2`,
);

/** A link with which an administrator tries a connection, a draft too. It is good for one visit. */
export async function createTestSignIn(service: Service, environmentId: string, connectionId: string) {
  const connection = await getConnection(service.db, environmentId, connectionId);
  const missing = whatIsMissing(connection);
  if (missing) throw refused(422, missing, "connection_incomplete");
  const id = newId("sign_in");
  const link = randomSecret();
  const now = service.clock();
  const expiresAt = new Date(now.getTime() + LASTS_MS);
  await service.db.query(environmentId, INSERT, [
    id,
    environmentId,
    connectionId,
    hashSecret(link),
    now,
    expiresAt,
  ]);
  const url = `${service.env.baseUrl}/sso/test/${link}`;
  return { object: "test_sign_in" as const, id, url, expires_at: expiresAt.toISOString() };
}

/** GET /sso/test/<link> */
export async function followTestLink(
  service: Service,
  link: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [found] = await service.db.query<ConnectionChoice & { sign_in_id: string }>(EVERY_ENVIRONMENT, FIND, [
    hashSecret(link),
    service.clock(),
  ]);
  if (!found) return errorPage(reply, 404, ALREADY_FINISHED);
  const { sign_in_id, ...connection } = found;
  try {
    return await beginSignIn(
      service,
      connection,
      {
        purpose: "test",
        id: sign_in_id,
        redirectUri: null,
        clientState: null,
        codeChallenge: null,
        loginHint: undefined,
        domainHint: undefined,
        forceLogin: true,
      },
      reply,
    );
  } catch (error) {
    if (error instanceof SignInRefusal) return errorPage(reply, 400, error.message);
    throw error;
  }
}

import type { FastifyReply } from "fastify";
import { newId } from "#lib/shared/ids.ts";
import { whatIsMissing } from "../connections/protocols.ts";
import { getRevision } from "../connections/revisions/revision.ts";
import { lockHistory } from "../connections/revisions/store.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import { errorPage } from "../html/pages.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { refused } from "../wire/errors.ts";
import { ALREADY_FINISHED } from "./arrive.ts";
import { beginSignIn } from "./begin.ts";
import { SignInRefusal } from "./refusal.ts";
import type { ConnectionChoice } from "./selector.ts";
import { settingsUnderTest } from "./under-test.ts";

const LASTS_MS = 15 * 60_000;

const INSERT = sql(
  "test_sign_in_insert",
  `INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, handle_hash, created_at, expires_at, revision, edition)
   VALUES ($1, $2, $3, 'test', 'pending', $4, $5, $6, $7, $8)`,
);
// Looked up across environments: the link is what says which one.
const FIND = sql(
  "test_sign_in_find",
  `SELECT s.id AS sign_in_id, s.revision, s.edition, c.id, c.environment_id, c.organization_id, c.connection_type, c.name, c.state, c.external_key, c.saml, c.oidc, c.ldap, '{}'::text[] AS domains
   FROM identity.sign_ins AS s JOIN identity.connections AS c ON c.id = s.connection_id
   WHERE s.handle_hash = $1 AND s.purpose = 'test' AND s.state = 'pending' AND s.expires_at > $2`,
);

/**
 * A link with which an administrator tries the settings of one revision: without a number, those that the connection has. It
 * is good for one visit, and whatever comes of it, nobody else's sign-in is made any differently.
 */
export async function createTestSignIn(
  service: Service,
  environmentId: string,
  connectionId: string,
  number?: number,
) {
  const now = service.clock();
  const revision = await service.db.transaction(environmentId, async (run) => {
    const { active, draft } = await lockHistory(run, environmentId, connectionId, now);
    return number === undefined ? (active ?? draft) : null;
  });
  const ref = { connectionId, number: number ?? revision?.number ?? 1 };
  const tried = revision ?? (await getRevision(service.db, environmentId, ref));
  if (tried.state === "discarded")
    throw refused(409, `Revision ${tried.number} was discarded.`, "revision_discarded");
  const missing = whatIsMissing(tried);
  if (missing) throw refused(422, missing, "connection_incomplete");
  const id = newId("sign_in");
  const link = randomSecret();
  const expiresAt = new Date(now.getTime() + LASTS_MS);
  await service.db.query(environmentId, INSERT, [
    id,
    environmentId,
    connectionId,
    hashSecret(link),
    now,
    expiresAt,
    tried.number,
    tried.edition,
  ]);
  const url = `${service.env.baseUrl}/sso/test/${link}`;
  const expires_at = expiresAt.toISOString();
  return { object: "test_sign_in" as const, id, url, expires_at, revision: tried.number };
}

/** GET /sso/test/<link> */
export async function followTestLink(
  service: Service,
  link: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  type Found = ConnectionChoice & { sign_in_id: string; revision: number | null; edition: number | null };
  const values = [hashSecret(link), service.clock()];
  const [found] = await service.db.query<Found>(EVERY_ENVIRONMENT, FIND, values);
  if (!found) return errorPage(reply, 404, ALREADY_FINISHED);
  const { sign_in_id, revision, edition, ...settled } = found;
  // Those that were made before there were revisions go by the connection's own settings.
  const tested =
    revision === null
      ? null
      : await settingsUnderTest(service.db, settled, { number: revision, edition: edition ?? 0 });
  if (tested?.stale) return errorPage(reply, 400, tested.stale);
  const connection = { ...settled, ...tested?.content };
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

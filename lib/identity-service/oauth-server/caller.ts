import type { FastifyRequest } from "fastify";
import type { Form } from "../authentication/form.ts";
import type { ApplicationRow } from "../connect/application.ts";
import { sql } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { oauthError, WireError } from "../wire/errors.ts";
import type { Issuer } from "./issuer.ts";

const FIND = sql(
  "oauth_caller_find",
  `WITH secret AS (
     SELECT held.id, held.application_id, held.last_used_at FROM identity.connect_secrets AS held
     JOIN identity.connect_applications AS owner ON owner.id = held.application_id
     WHERE held.environment_id = $1 AND owner.client_id = $2 AND held.secret_hash = $3),
   used AS (
     UPDATE identity.connect_secrets SET last_used_at = $4
     WHERE id = (SELECT id FROM secret WHERE last_used_at IS NULL OR last_used_at < $4::timestamptz - interval '1 minute'))
   SELECT application.*, EXISTS (SELECT FROM secret) AS authenticated FROM identity.connect_applications AS application
   WHERE application.environment_id = $1 AND application.client_id = $2`,
);

/**
 * The application that asks, by HTTP Basic or fields of the form (RFC 6749, 2.3.1). Who can keep no secret shows none, and
 * proves itself by PKCE.
 *
 * @throws WireError 401 `invalid_client`
 */
export async function readCaller(
  { db, clock }: Service,
  { client }: Issuer,
  request: FastifyRequest,
  form: Form,
): Promise<ApplicationRow> {
  const basic = readBasic(request);
  const clientId = basic?.id ?? form.required("client_id");
  const secret = basic?.secret ?? form.optional("client_secret") ?? null;
  const { environmentId } = client;
  const values = [environmentId, clientId, secret === null ? "" : hashSecret(secret), clock()];
  const [row] = await db.query<ApplicationRow & { authenticated: boolean }>(environmentId, FIND, values);
  const publicClient = row?.kind === "oauth" && row.uses_pkce && secret === null;
  if (!row || !(row.authenticated || publicClient))
    throw new WireError(
      401,
      oauthError("invalid_client", "The application is not known, or its secret is wrong.").body,
      basic ? { "www-authenticate": 'Basic realm="oauth2"' } : {},
    );
  return row;
}

function readBasic(request: FastifyRequest): { id: string; secret: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (!encoded) return null;
  const [id = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  try {
    return { id: decodePart(id), secret: decodePart(rest.join(":")) };
  } catch {
    return { id, secret: "" };
  }
}

/** Both parts come encoded as a form's values are (RFC 6749, 2.3.1). */
function decodePart(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

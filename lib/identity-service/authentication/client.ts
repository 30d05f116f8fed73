import type { FastifyRequest } from "fastify";
import { sql } from "../db.ts";
import type { EnvironmentRow } from "../environments/environment.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { environmentOf, forgetClient } from "../sso/clients.ts";
import { oauthError, type WireError } from "../wire/errors.ts";

/** The application that asks, and what its environment decided. */
export interface Client {
  environmentId: string;
  clientId: string;
  name: string;
  kind: EnvironmentRow["kind"];
  issuer: string;
  settings: EnvironmentSettings;
  /** It showed its API key; a browser or a command line has none. */
  confidential: boolean;
}

const FIND = sql(
  "client_authenticate",
  `WITH api_key AS (
     SELECT id, last_used_at FROM identity.api_keys
     WHERE environment_id = $1 AND value_hash = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)),
   used AS (
     UPDATE identity.api_keys SET last_used_at = $3
     WHERE id = (SELECT id FROM api_key WHERE last_used_at IS NULL OR last_used_at < $3::timestamptz - interval '1 minute'))
   SELECT *, EXISTS (SELECT FROM api_key) AS authenticated FROM identity.environments WHERE id = $1`,
);

/** @throws WireError 400 `invalid_client` for an unknown application, or a secret that is not one of its API keys. */
export async function readClient(
  service: Service,
  clientId: string | undefined,
  secret: string | null,
): Promise<Client> {
  const environmentId = clientId ? await environmentOf(service, clientId) : null;
  if (!clientId || !environmentId) throw invalidClient();
  const [row] = await service.db.query<EnvironmentRow & { authenticated: boolean }>(environmentId, FIND, [
    environmentId,
    secret === null ? null : hashSecret(secret),
    service.clock(),
  ]);
  if (!row) {
    forgetClient(clientId);
    throw invalidClient();
  }
  if (secret !== null && !row.authenticated) throw invalidClient();
  return {
    environmentId,
    clientId,
    name: row.name,
    kind: row.kind,
    issuer: row.issuer ?? service.env.baseUrl,
    settings: EnvironmentSettings.parse(row.settings),
    confidential: secret !== null,
  };
}

/** The API key, where SDKs put it: in the body, or as they do everywhere else in the header. */
export function secretOf(request: FastifyRequest, inBody: string | undefined): string | null {
  if (inBody) return inBody;
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}

export function invalidClient(): WireError {
  return oauthError("invalid_client", "Invalid client ID or secret.");
}

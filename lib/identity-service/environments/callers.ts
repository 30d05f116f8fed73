import { setImmediate as nextTurn } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Database, EVERY_ENVIRONMENT, hotSql, sql } from "../db.ts";
import { hashSecret, sameSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { notFound, refused, unauthorized } from "../wire/errors.ts";
import { guardGuesses } from "./guesses.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The environment the credential is for; `*` for the management API; empty where no credential is asked. */
    environmentId: string;
    /** The credential's id. */
    callerId: string;
    idempotencyScope: string | null;
  }
  interface FastifyContextConfig {
    /** A person's browser is on the other side: failures are pages, not JSON. */
    page?: boolean;
    /** The route knows a repeated request by itself, and keeps no answer for it. */
    knowsRepeats?: boolean;
  }
}

export function describeCallers(app: FastifyInstance): void {
  app.decorateRequest("environmentId", "");
  app.decorateRequest("callerId", "");
  app.decorateRequest("idempotencyScope", null);
}

// Looked up across environments: the key is what says which one.
const FIND_KEY = hotSql(
  "api_key_find",
  `SELECT id, environment_id, last_used_at IS NULL OR last_used_at < now() - interval '1 minute' AS is_use_old
   FROM identity.api_keys
   WHERE value_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
);
const USE_KEY = sql(
  "api_key_use",
  `UPDATE identity.api_keys SET last_used_at = now()
   WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
);

/** Everything in this part of the API needs an API key, which also says which environment is meant. */
export function requireApiKey(app: FastifyInstance, { db }: Service): void {
  const find = keyFinder(db);
  app.addHook("onRequest", async (request) => {
    const key = await find(hashSecret(bearer(request)));
    if (!key) throw unauthorized();
    request.callerId = key.id;
    request.environmentId = key.environment_id;
  });
}

interface ApiKey {
  id: string;
  environment_id: string;
  /** That it is in use was noted more than a minute ago. */
  is_use_old: boolean;
}

/**
 * Requests that came in together with the same key ask for it together. Who comes when the statement has been sent asks
 * anew: a key that was taken away is good for nothing that comes after.
 */
function keyFinder(db: Database): (hash: string) => Promise<ApiKey | undefined> {
  const unsent = new Map<string, Promise<ApiKey | undefined>>();
  return (hash) => {
    const shared = unsent.get(hash);
    if (shared) return shared;
    const asked = nextTurn().then(async () => {
      unsent.delete(hash);
      const [key] = await db.query<ApiKey>(EVERY_ENVIRONMENT, FIND_KEY, [hash]);
      if (key?.is_use_old) await db.query(key.environment_id, USE_KEY, [key.id]);
      return key;
    });
    unsent.set(hash, asked);
    return asked;
  };
}

interface ManagementToken {
  id: string;
  environments: string[] | null;
  access: "full" | "read";
}

const FIND_TOKEN = sql(
  "management_token_find",
  `WITH used AS (
     UPDATE identity.management_tokens SET last_used_at = now()
     WHERE value_hash = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute'))
   SELECT id, environments, access FROM identity.management_tokens
   WHERE value_hash = $1 AND (expires_at IS NULL OR expires_at > now())`,
);

/**
 * The management API sees every environment that its credential is good for. Credentials are a console's or a script's, and
 * the one from the settings, which may do everything.
 */
export function requireManagementToken(app: FastifyInstance, service: Service): void {
  const { db, env } = service;
  const guesses = guardGuesses(service);
  app.addHook("onRequest", async (request) => {
    const token = bearer(request);
    request.environmentId = EVERY_ENVIRONMENT;
    if (env.managementToken && sameSecret(token, env.managementToken)) {
      guesses.requireAllowed(request.ip);
      request.callerId = "bootstrap";
      return;
    }
    const [found] = await db.query<ManagementToken>(EVERY_ENVIRONMENT, FIND_TOKEN, [hashSecret(token)]);
    if (!found) {
      await guesses.note(request.ip);
      throw unauthorized();
    }
    request.callerId = found.id;
    requireReach(found, request);
  });
}

/** Outside its environments a credential finds nothing; what belongs to no environment needs one that is good for all. */
function requireReach({ environments, access }: ManagementToken, request: FastifyRequest): void {
  const { env } = request.params as { env?: string };
  if (environments && env !== undefined && !environments.includes(env)) throw notFound("Environment", env);
  if (environments && env === undefined)
    throw refused(403, "This credential is good for single environments only.", "insufficient_scope");
  if (access === "read" && request.method !== "GET")
    throw refused(403, "This credential may only read.", "insufficient_scope");
}

/** The bearer token (RFC 6750). @throws the 401 where there is none. */
export function bearer(request: FastifyRequest): string {
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (!token) throw unauthorized();
  return token;
}

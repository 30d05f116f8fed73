import type { FastifyRequest } from "fastify";
import { hotWriteSql } from "../db.ts";
import { codeChallenge, hashSecret, randomSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { oauthError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { environmentOf, forgetClient } from "./clients.ts";
import { NOT_SIGNED_OUT, PROFILE_COLUMNS, type ProfileRow, profileToWire } from "./profile.ts";
import { revokeReplayed } from "./replay.ts";

const TOKEN_LASTS_S = 600;

/** POST /sso/token */
export async function token(service: Service, request: FastifyRequest) {
  const form = { ...(request.query as Params), ...(request.body as Params | undefined) };
  const grantType = readOne(form, "grant_type");
  if (grantType !== "authorization_code")
    throw oauthError("unsupported_grant_type", "The grant_type must be authorization_code.");
  const clientId = readOne(form, "client_id");
  const environmentId = clientId ? await environmentOf(service, clientId) : null;
  if (!clientId || !environmentId) throw invalidClient();
  const secret = readOne(form, "client_secret");
  const verifier = readOne(form, "code_verifier");
  // A public client has no secret: then the code must have been asked for with PKCE, and the verifier is the proof.
  if (!secret && !verifier) throw invalidClient();
  const code = readOne(form, "code");
  if (!code) throw oauthError("invalid_request", "The code is missing.");
  return await redeem(service, { clientId, environmentId, secret, verifier, code }, repeatOf(request));
}

interface Attempt {
  clientId: string;
  environmentId: string;
  secret: string | undefined;
  verifier: string | undefined;
  code: string;
}

/**
 * The API key is checked, the code used up and the token issued in one statement: of two that bring the same code, the
 * second finds it used. An SDK's retry of the very same request is no replay, and gets a token in place of the lost one.
 */
const REDEEM = hotWriteSql(
  "code_redeem",
  `WITH api_key AS (
     SELECT id, last_used_at FROM identity.api_keys
     WHERE environment_id = $1 AND value_hash = $3 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $7)),
   used AS (
     UPDATE identity.api_keys SET last_used_at = $7
     WHERE id = (SELECT id FROM api_key WHERE last_used_at IS NULL OR last_used_at < $7::timestamptz - interval '1 minute')),
   redeemed AS (
     UPDATE identity.sign_in_grants SET redeemed_at = coalesce(redeemed_at, $7), redeemed_by = $6, token_hash = $5, token_expires_at = $8
     WHERE code_hash = $2 AND environment_id = $1 AND code_expires_at > $7 AND revoked_at IS NULL
       AND (redeemed_at IS NULL OR (redeemed_by = $6 AND redeemed_at > $7::timestamptz - interval '1 minute'))
       AND ($3::text IS NULL OR EXISTS (SELECT FROM api_key))
       -- PKCE asked for at the start is asked for here; without a secret nothing else will do.
       AND code_challenge IS NOT DISTINCT FROM $4
       AND ${NOT_SIGNED_OUT}
     RETURNING profile_id)
   SELECT EXISTS (SELECT FROM identity.environments WHERE id = $1) AS known, EXISTS (SELECT FROM api_key) AS authenticated,
     ${PROFILE_COLUMNS}
   FROM (SELECT 1) AS always LEFT JOIN redeemed ON true LEFT JOIN identity.profiles AS profile ON profile.id = redeemed.profile_id`,
);

async function redeem(service: Service, attempt: Attempt, repeat: string | null) {
  const { environmentId, secret, verifier } = attempt;
  const now = service.clock();
  const accessToken = randomSecret();
  const codeHash = hashSecret(attempt.code);
  const [found] = await service.db.query<ProfileRow & { known: boolean; authenticated: boolean }>(
    environmentId,
    REDEEM,
    [
      environmentId,
      codeHash,
      secret ? hashSecret(secret) : null,
      verifier ? codeChallenge(verifier) : null,
      hashSecret(accessToken),
      repeat,
      now,
      new Date(now.getTime() + TOKEN_LASTS_S * 1_000),
    ],
  );
  if (found?.known === false) forgetClient(attempt.clientId);
  if (!found?.known || (secret && !found.authenticated)) throw invalidClient();
  if (found.id === null) {
    await revokeReplayed(service, environmentId, codeHash);
    throw oauthError("invalid_grant", `The code '${attempt.code.slice(0, 100)}' has expired or is invalid.`);
  }
  return {
    token_type: "Bearer" as const,
    access_token: accessToken,
    expires_in: TOKEN_LASTS_S,
    profile: profileToWire(found),
  };
}

/** A parameter given twice is an error of the OAuth kind here (RFC 6749, 3.2). */
function readOne(form: Params, name: string): string | undefined {
  const value = form[name];
  if (value !== undefined && typeof value !== "string")
    throw oauthError("invalid_request", `The parameter '${name}' must be given once.`);
  return one(form, name);
}

function repeatOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  return typeof key === "string" && key !== "" ? hashSecret(key) : null;
}

function invalidClient() {
  return oauthError("invalid_client", "Invalid client ID or secret.");
}

import { MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { totpStep } from "#lib/shared/totp.ts";
import { type Database, type Run, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { type ChallengeRow, type FactorRow, factorContext } from "./factor.ts";

const LIFE_MS = 10 * MINUTE_MS;
/** Of a million codes three are right at a time: ten guesses for each challenge. */
const ATTEMPTS_MAX = 10;

const INSERT = sql(
  "challenge_insert",
  `INSERT INTO identity.factor_challenges (environment_id, id, factor_id, expires_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $5) RETURNING *`,
);
const ATTEMPT = sql(
  "challenge_attempt",
  `UPDATE identity.factor_challenges SET attempts = attempts + 1, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const FACTOR = sql(
  "challenge_factor",
  "SELECT * FROM identity.auth_factors WHERE environment_id = $1 AND id = $2",
);
// Of two requests with one code, one succeeds: the step only ever goes up, and a challenge is met once.
const ACCEPT = sql(
  "challenge_accept",
  `WITH stepped AS (
     UPDATE identity.auth_factors SET last_step = $4, confirmed_at = coalesce(confirmed_at, $5), updated_at = $5
     WHERE environment_id = $1 AND id = $3 AND (last_step IS NULL OR last_step < $4)
       AND EXISTS (SELECT FROM identity.factor_challenges WHERE id = $2 AND verified_at IS NULL)
     RETURNING id)
   UPDATE identity.factor_challenges SET verified_at = $5, updated_at = $5
   WHERE environment_id = $1 AND id = $2 AND verified_at IS NULL AND EXISTS (SELECT FROM stepped) RETURNING id`,
);

export async function insertChallenge(
  { clock }: Service,
  run: Run,
  environmentId: string,
  factorId: string,
): Promise<ChallengeRow> {
  const id = newId("auth_challenge");
  const expiresAt = new Date(clock().getTime() + LIFE_MS);
  const [row] = await run<ChallengeRow>(INSERT, [environmentId, id, factorId, expiresAt, createdAt(id)]);
  if (!row) throw notFound("Authentication Factor", factorId);
  return row;
}

export interface ChallengeAnswer {
  valid: boolean;
  challenge: ChallengeRow;
  factor: FactorRow;
}

/**
 * Whether a code meets a challenge. Every try counts before it is compared. A code that was accepted before is not, by
 * whatever challenge (RFC 6238, section 5.2).
 *
 * @throws WireError 404 for no such challenge; 422 where it was met or has expired; 400 after too many tries.
 */
export async function answerChallenge(
  { db, sealer, clock }: Service,
  environmentId: string,
  id: string,
  code: string,
): Promise<ChallengeAnswer> {
  const now = clock();
  const [challenge] = await db.query<ChallengeRow>(environmentId, ATTEMPT, [environmentId, id]);
  const factor = challenge && (await findFactor(db, environmentId, challenge.factor_id));
  if (!challenge || !factor) throw notFound("Authentication Challenge", id);
  if (challenge.verified_at)
    throw refused(422, `The authentication challenge '${id}' has already been verified.`);
  if (challenge.expires_at <= now) throw refused(422, `The authentication challenge '${id}' has expired.`);
  if (challenge.attempts > ATTEMPTS_MAX)
    throw refused(400, "Too many attempts. Make a new challenge.", "one_time_code_too_many_attempts");
  const secret = sealer.open(factor.secret_sealed, factorContext(factor.id));
  const step = totpStep(secret, code.replace(/\s/g, ""), now);
  const accepted =
    step === null ? [] : await db.query(environmentId, ACCEPT, [environmentId, id, factor.id, step, now]);
  return { valid: accepted.length > 0, challenge, factor };
}

async function findFactor(db: Database, environmentId: string, id: string): Promise<FactorRow | null> {
  return (await db.query<FactorRow>(environmentId, FACTOR, [environmentId, id]))[0] ?? null;
}

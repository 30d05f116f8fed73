import { MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { type Run, sql } from "../db.ts";
import type { EnvironmentSettings } from "../environments/settings.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { oauthError, type WireError } from "../wire/errors.ts";
import { revokeSession } from "./revoke.ts";
import type { SessionRow } from "./session.ts";
import { insertRefreshToken } from "./store.ts";

/** Two tabs, or two requests of one page, refresh at the same moment with the same token: that is no theft. */
const LEEWAY_MS = 10 * SECOND_MS;

const LOCK = sql(
  "refresh_token_lock",
  `SELECT token.expires_at AS token_expires_at, token.used_at, token.used_by, session.*
   FROM identity.refresh_tokens AS token JOIN identity.sessions AS session ON session.id = token.session_id
   WHERE token.environment_id = $1 AND token.token_hash = $2 FOR UPDATE`,
);
const USE = sql(
  "refresh_token_use",
  `UPDATE identity.refresh_tokens SET used_at = coalesce(used_at, $3), used_by = coalesce(used_by, $4)
   WHERE environment_id = $1 AND token_hash = $2`,
);
const MOVE = sql(
  "session_refreshed",
  `UPDATE identity.sessions SET organization_id = $3, updated_at = $4 WHERE environment_id = $1 AND id = $2 RETURNING *`,
);

type Found = SessionRow & { token_expires_at: Date; used_at: Date | null; used_by: string | null };

export interface Refresh {
  token: string;
  /** The hash of the Idempotency-Key. */
  repeat: string | null;
  /** Which organization the session is in from now on, given the one it is in. @throws where the user is no member. */
  organization(run: Run, session: SessionRow): Promise<string | null>;
}

/**
 * Exchanges a refresh token for the next one. One that was used before was stolen, or is the thief's: the session ends with
 * all its tokens (RFC 9700, section 4.14.2), unless it is a retry or comes within ten seconds.
 *
 * @throws WireError 400 `invalid_grant`
 */
export async function refreshSession(
  service: Service,
  environmentId: string,
  settings: EnvironmentSettings,
  { token, repeat, organization }: Refresh,
): Promise<{ session: SessionRow; refreshToken: string }> {
  const tokenHash = hashSecret(token);
  const outcome = await service.db.transaction(environmentId, async (run) => {
    const now = service.clock();
    const [found] = await run<Found>(LOCK, [environmentId, tokenHash]);
    if (found?.status !== "active" || found.expires_at <= now || found.token_expires_at <= now) return null;
    if (found.used_at !== null && !mayRepeat(found, repeat, now)) {
      await revokeSession(run, environmentId, found.id);
      return null;
    }
    const organizationId = await organization(run, found);
    await run(USE, [environmentId, tokenHash, now, repeat]);
    const [session] = await run<SessionRow>(MOVE, [environmentId, found.id, organizationId, now]);
    if (!session) return null;
    return {
      session,
      refreshToken: await insertRefreshToken(service, run, environmentId, settings, session),
    };
  });
  // Thrown out here: inside, it would take the end of the stolen session back.
  if (!outcome) throw invalidToken();
  return outcome;
}

function mayRepeat({ used_at, used_by }: Found, repeat: string | null, now: Date): boolean {
  const since = now.getTime() - (used_at?.getTime() ?? 0);
  return since < LEEWAY_MS || (repeat !== null && repeat === used_by && since < MINUTE_MS);
}

function invalidToken(): WireError {
  return oauthError("invalid_grant", "The refresh token is not valid, or no longer. Sign in again.");
}

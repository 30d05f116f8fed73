import { MINUTE_MS } from "#lib/shared/clock.ts";
import { json, type Run, sql } from "../db.ts";
import { hashSecret, newCode } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { revokeSession } from "../sessions/revoke.ts";
import type { SessionRow } from "../sessions/session.ts";
import { insertRefreshToken, insertSession } from "../sessions/store.ts";
import { oauthError, type WireError } from "../wire/errors.ts";
import type { Client } from "./client.ts";
import type { Proven } from "./proven.ts";

const LIFE_MS = 10 * MINUTE_MS;

const INSERT = sql(
  "authorization_code_insert",
  `INSERT INTO identity.authorization_codes (code_hash, environment_id, user_id, organization_id, method, impersonator,
     code_challenge, ip_address, user_agent, expires_at, idp_session_id, remembered_id, signed_in_at)
   VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
);
const LOCK = sql(
  "authorization_code_lock",
  "SELECT * FROM identity.authorization_codes WHERE environment_id = $1 AND code_hash = $2 FOR UPDATE",
);
const REDEEM = sql(
  "authorization_code_redeem",
  `UPDATE identity.authorization_codes SET redeemed_at = $3, redeemed_by = $4, session_id = $5
   WHERE environment_id = $1 AND code_hash = $2`,
);
const SESSION = sql(
  "authorization_code_session",
  "SELECT * FROM identity.sessions WHERE environment_id = $1 AND id = $2",
);

interface CodeRow {
  user_id: string;
  organization_id: string | null;
  method: string;
  impersonator: SessionRow["impersonator"];
  code_challenge: string | null;
  ip_address: string | null;
  user_agent: string | null;
  expires_at: Date;
  redeemed_at: Date | null;
  redeemed_by: string | null;
  session_id: string | null;
  idp_session_id: string | null;
  remembered_id: string | null;
  signed_in_at: Date | null;
}

export type SignedIn = Pick<
  Proven,
  "userId" | "method" | "organizationId" | "idpSessionId" | "ipAddress" | "userAgent"
> & {
  impersonator: SessionRow["impersonator"];
  codeChallenge: string | null;
  /** The browser's sign-in that it comes of, and since when that is; null where none is remembered. */
  remembrance: { id: string; signedInAt: Date } | null;
};

/** A code that the application exchanges for a session, once, within ten minutes. */
export async function insertCode(
  { clock }: Service,
  run: Run,
  environmentId: string,
  signedIn: SignedIn,
): Promise<string> {
  const now = clock();
  const code = newCode(now);
  const { userId, organizationId, method, impersonator, codeChallenge, ipAddress, userAgent } = signedIn;
  await run(INSERT, [
    environmentId,
    hashSecret(code),
    userId,
    organizationId,
    method,
    impersonator && json(impersonator),
    codeChallenge,
    ipAddress,
    userAgent,
    new Date(now.getTime() + LIFE_MS),
    signedIn.idpSessionId,
    signedIn.remembrance?.id ?? null,
    signedIn.remembrance?.signedInAt ?? null,
  ]);
  return code;
}

/**
 * A code for a sign-in that the application begins, in the place of one for support that it did not ask for; null where
 * that one is over, or was for no such thing.
 */
export async function tradeCode(
  service: Service,
  { environmentId }: Client,
  code: string,
  codeChallenge: string | null,
): Promise<string | null> {
  const codeHash = hashSecret(code);
  return await service.db.transaction(environmentId, async (run) => {
    const now = service.clock();
    const [row] = await run<CodeRow>(LOCK, [environmentId, codeHash]);
    if (!row?.impersonator || row.redeemed_at !== null || row.expires_at <= now) return null;
    await run(REDEEM, [environmentId, codeHash, now, null, null]);
    return await insertCode(service, run, environmentId, {
      userId: row.user_id,
      organizationId: row.organization_id,
      method: "impersonation",
      idpSessionId: null,
      remembrance: null,
      impersonator: row.impersonator,
      codeChallenge,
      ipAddress: null,
      userAgent: null,
    });
  });
}

export interface Redemption {
  code: string;
  /** Of the PKCE verifier; null where none was sent. */
  challenge: string | null;
  /** The hash of the Idempotency-Key. */
  repeat: string | null;
}

/**
 * The session that a code is worth; null where there is no such code. An SDK's retry of the very same request gets the
 * same session. Whoever else brings a code a second time ends that session: one of the two stole it (RFC 6749, 4.1.2).
 */
export async function redeemCode(
  service: Service,
  client: Client,
  { code, challenge, repeat }: Redemption,
): Promise<{ session: SessionRow; refreshToken: string } | null> {
  const { db, clock } = service;
  const { environmentId, settings } = client;
  const codeHash = hashSecret(code);
  return await db
    .transaction(environmentId, async (run) => {
      const now = clock();
      const [row] = await run<CodeRow>(LOCK, [environmentId, codeHash]);
      if (!row) return null;
      const again = row.redeemed_at !== null;
      const retried =
        again && repeat !== null && repeat === row.redeemed_by && isRecent(row.redeemed_at, now);
      // PKCE asked for at the start is asked for here; without a secret nothing else will do (RFC 7636, 4.6).
      const proven = challenge === row.code_challenge && (client.confidential || challenge !== null);
      if (again && !retried) {
        if (row.session_id) await revokeSession(run, environmentId, row.session_id);
        return { refusedCode: code };
      }
      if (row.expires_at <= now || !proven) return { refusedCode: code };
      const session = retried
        ? (await run<SessionRow>(SESSION, [environmentId, row.session_id]))[0]
        : await insertSession(service, run, environmentId, settings, {
            userId: row.user_id,
            organizationId: row.organization_id,
            method: row.method,
            idpSessionId: row.idp_session_id,
            rememberedId: row.remembered_id,
            signedInAt: row.signed_in_at,
            ipAddress: row.ip_address,
            userAgent: row.user_agent,
            impersonator: row.impersonator,
          });
      if (!session) return { refusedCode: code };
      await run(REDEEM, [environmentId, codeHash, now, repeat, session.id]);
      return {
        session,
        refreshToken: await insertRefreshToken(service, run, environmentId, settings, session),
      };
    })
    .then((outcome) => {
      // Thrown out here: inside, it would take the end of the stolen session back.
      if (outcome && "refusedCode" in outcome) throw invalidCode(code);
      return outcome;
    });
}

export function invalidCode(code: string): WireError {
  return oauthError("invalid_grant", `The code '${code.slice(0, 100)}' has expired or is invalid.`);
}

function isRecent(at: Date | null, now: Date): boolean {
  return at !== null && now.getTime() - at.getTime() < MINUTE_MS;
}

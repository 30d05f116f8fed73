import "server-only";
import { z } from "zod";
import type { Tx } from "#lib/platform/db.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";

export const SIGN_IN_POLICY_KEY = "sign_in_policy";

/** What the owners decided about signing in to this console. */
export const SignInPolicy = z.strictObject({
  requireSecondFactor: z.boolean().default(false),
  /** A session unused for this long ends. */
  idleMinutes: z.number().int().min(5).max(480).default(30),
  /** And any session ends after this long, used or not. */
  sessionHours: z.number().int().min(1).max(72).default(12),
});
export type SignInPolicy = z.infer<typeof SignInPolicy>;

export async function readSignInPolicy(tx: Tx): Promise<SignInPolicy> {
  const row = await tx.setting.findUnique({ where: { key: SIGN_IN_POLICY_KEY }, select: { value: true } });
  return SignInPolicy.parse(row?.value ?? {});
}

export interface SessionFacts {
  method: string;
  secondFactor: boolean;
  lastSeenAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

/** Whether a session still stands: not revoked, within both limits, and as strong as the policy asks today. */
export function sessionHolds(session: SessionFacts, policy: SignInPolicy, now: Date): boolean {
  if (session.revokedAt !== null || now >= session.expiresAt) return false;
  if (now.getTime() - session.lastSeenAt.getTime() >= policy.idleMinutes * MINUTE_MS) return false;
  // Whoever signs in by SSO proves a second factor to the identity provider, which is not ours to see.
  return session.secondFactor || session.method === "sso" || !policy.requireSecondFactor;
}

export function sessionEnd(policy: SignInPolicy, now: Date): Date {
  return new Date(now.getTime() + policy.sessionHours * HOUR_MS);
}

import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { SignInPolicy } from "./schema.ts";

const KEY = "sign_in_policy";

export async function readSignInPolicy(tx: Tx): Promise<SignInPolicy> {
  const row = await tx.setting.findUnique({ where: { key: KEY }, select: { value: true } });
  return SignInPolicy.parse(row?.value ?? {});
}

export async function writeSignInPolicy(tx: Tx, value: SignInPolicy): Promise<void> {
  const create = { key: KEY, value };
  await tx.setting.upsert({ where: { key: KEY }, create, update: { value }, select: { key: true } });
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

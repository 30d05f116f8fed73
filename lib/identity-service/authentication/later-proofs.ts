import { answerChallenge } from "../factors/challenges.ts";
import { requireEmailVerificationCode, verifyEmail } from "../one-time/email-verification.ts";
import { SIGN_IN_REFUSALS } from "../one-time/magic-auth.ts";
import type { Service } from "../service.ts";
import { getUser } from "../users/store.ts";
import { replaceUnprovenPassword } from "../users/unproven-password.ts";
import { refused, WireError } from "../wire/errors.ts";
import type { Client } from "./client.ts";
import { tellFailed, tellSucceeded } from "./events.ts";
import type { Proven } from "./proven.ts";
import { linkProfile } from "./sso.ts";
import { requireFactorTryAllowed, requireTryAllowed } from "./throttle.ts";

/** Somebody who is signing in entered the code that was sent to their address. */
export async function proveEmail(
  service: Service,
  { environmentId }: Client,
  proven: Proven,
  code: string,
): Promise<Proven> {
  const user = await getUser(service.db, environmentId, proven.userId);
  const who = {
    userId: user.id,
    email: user.email,
    ipAddress: proven.ipAddress,
    userAgent: proven.userAgent,
  };
  await requireTryAllowed(service, environmentId, { account: user.id, ipAddress: proven.ipAddress });
  const row = await requireEmailVerificationCode(
    service,
    environmentId,
    user.id,
    code,
    SIGN_IN_REFUSALS,
  ).catch(async (error: unknown) => {
    if (error instanceof WireError)
      await tellFailed(service, environmentId, "email_verification", who, error);
    throw error;
  });
  return await service.db.transaction(environmentId, async (run) => {
    if (proven.method !== "password") await replaceUnprovenPassword(run, environmentId, user);
    const verified = await verifyEmail(run, environmentId, row, SIGN_IN_REFUSALS);
    if (proven.unlinkedProfileId) await linkProfile(run, environmentId, proven.unlinkedProfileId, verified);
    await tellSucceeded(run, environmentId, "email_verification", who);
    return { ...proven, unlinkedProfileId: null };
  });
}

/** Somebody who is signing in answered the challenge of one of their factors, or of the one they just set up. */
export async function proveSecondFactor(
  service: Service,
  { environmentId }: Client,
  proven: Proven,
  { challengeId, code }: { challengeId: string; code: string },
): Promise<Proven> {
  const user = await getUser(service.db, environmentId, proven.userId);
  const who = {
    userId: user.id,
    email: user.email,
    ipAddress: proven.ipAddress,
    userAgent: proven.userAgent,
  };
  await requireTryAllowed(service, environmentId, { account: challengeId, ipAddress: proven.ipAddress });
  await requireTryAllowed(service, environmentId, { account: user.id, ipAddress: proven.ipAddress });
  const wasRight = await requireFactorTryAllowed(service, environmentId, user.id);
  const { valid, factor } = await answerChallenge(service, environmentId, challengeId, code);
  if (factor.user_id !== user.id)
    throw refused(400, "The challenge is not one of this user's factors.", "user_mismatch");
  if (!valid) {
    const error = refused(
      400,
      "The code is not the one that the authenticator shows now.",
      "invalid_one_time_code",
    );
    await tellFailed(service, environmentId, "mfa", who, error);
    throw error;
  }
  await wasRight();
  await service.db.transaction(environmentId, (run) => tellSucceeded(run, environmentId, "mfa", who));
  return { ...proven, secondFactor: true };
}

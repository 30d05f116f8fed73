import { z } from "zod";
import type { Run } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import { queueMessage } from "../messages/queue.ts";
import { emailVerificationText } from "../messages/texts.ts";
import type { Service } from "../service.ts";
import { getUser, lockUser, updateUser } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import { emailKey } from "../wire/email.ts";
import { refused } from "../wire/errors.ts";
import type { CodeRow } from "./code.ts";
import { type CodeRefusals, latestCode, makeCode, requireRightCode, useCode } from "./codes.ts";
import { requireSendAllowed } from "./sends.ts";

export const ConfirmCode = z.object({ code: z.string().min(1).max(20) });

/** Sends a user a code that shows their address is theirs. */
export async function sendEmailVerification(
  service: Service,
  environmentId: string,
  userId: string,
): Promise<{ user: UserRow; row: CodeRow }> {
  const user = await getUser(service.db, environmentId, userId);
  if (user.email_verified)
    throw refused(400, "The e-mail address is verified already.", "email_already_verified");
  return { user, row: await sendVerificationCode(service, environmentId, user) };
}

/** Sends the code, whether or not the address was verified before: an identity provider's word for it may not be enough. */
export async function sendVerificationCode(
  service: Service,
  environmentId: string,
  user: UserRow,
): Promise<CodeRow> {
  await requireSendAllowed(service.db, environmentId, "email_verification", user.id);
  const { name } = await getEnvironment(service.db, environmentId);
  return await service.db.transaction(environmentId, async (run) => {
    const { row: made, code } = await makeCode(service, run, environmentId, {
      kind: "email_verification",
      userId: user.id,
      email: user.email,
    });
    const text = emailVerificationText({ application: name, code, expiresAt: made.expires_at });
    await queueMessage(service.sealer, run, environmentId, {
      kind: "email_verification",
      recipient: user.email,
      expiresAt: made.expires_at,
      ...text,
    });
    return made;
  });
}

export async function confirmEmailVerification(
  service: Service,
  environmentId: string,
  userId: string,
  code: string,
): Promise<UserRow> {
  const user = await getUser(service.db, environmentId, userId);
  const row = await requireEmailVerificationCode(service, environmentId, user.id, code, CONFIRM_REFUSALS);
  if (user.email_verified)
    throw refused(400, "The e-mail address was verified before.", "email_previously_verified");
  return await service.db.transaction(
    environmentId,
    async (run) => await verifyEmail(run, environmentId, row, CONFIRM_REFUSALS),
  );
}

/** Returns if this is the code that was last sent to the user; `verifyEmail` then uses it up. */
export async function requireEmailVerificationCode(
  service: Service,
  environmentId: string,
  userId: string,
  code: string,
  refusals: CodeRefusals,
): Promise<CodeRow> {
  const sent = await latestCode(service.db, environmentId, userId, "email_verification");
  return await requireRightCode(service, environmentId, sent, code, refusals);
}

/** Uses a right code up: the address it was sent to is the user's. */
export async function verifyEmail(
  run: Run,
  environmentId: string,
  row: CodeRow,
  refusals: CodeRefusals,
): Promise<UserRow> {
  const user = await lockUser(run, environmentId, row.user_id);
  // Sent to an address that is no longer theirs: it says nothing about the one they have.
  if (emailKey(row.email) !== user.email_key) throw refusals.expired();
  await useCode(run, environmentId, row, refusals);
  return await updateUser(run, environmentId, user, { email_verified: true });
}

const CONFIRM_REFUSALS: CodeRefusals = {
  wrong: () => refused(400, "The code is not the one that was sent.", "email_verification_code_incorrect"),
  expired: () => refused(400, "The code has expired. Ask for a new one.", "email_verification_code_expired"),
  used: () => refused(400, "The code was used already.", "email_verification_code_previously_used"),
  exhausted: () => refused(400, "Too many attempts. Ask for a new code.", "one_time_code_too_many_attempts"),
};

import { z } from "zod";
import type { Run } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import { queueMessage } from "../messages/queue.ts";
import { emailChangeText } from "../messages/texts.ts";
import type { Service } from "../service.ts";
import { isDirectoryManaged } from "../users/commands.ts";
import { findUserByEmail, getUser, lockUser, updateUser } from "../users/store.ts";
import { type UserRow, userToWire } from "../users/user.ts";
import { emailKey, isEmail } from "../wire/email.ts";
import { refused, WireError } from "../wire/errors.ts";
import { iso } from "../wire/time.ts";
import type { CodeRow } from "./code.ts";
import { type CodeRefusals, latestCode, makeCode, requireRightCode, useCode } from "./codes.ts";
import { requireSendAllowed } from "./sends.ts";

export const SendEmailChange = z.object({ new_email: z.string().trim().max(1_000) });

/** Sends a code to the address that a user wants to have from now on. */
export async function sendEmailChange(
  service: Service,
  environmentId: string,
  userId: string,
  newEmail: string,
) {
  const { db, sealer } = service;
  const user = await getUser(db, environmentId, userId);
  if (!isEmail(newEmail)) throw refused(422, "This is no e-mail address.", "invalid_email");
  if (emailKey(newEmail) === user.email_key)
    throw refused(409, "The user has this e-mail address already.", "email_change_not_needed");
  await requireSendAllowed(db, environmentId, "email_change", user.id);
  const { name } = await getEnvironment(db, environmentId);
  const row = await db.transaction(environmentId, async (run) => {
    await requireAllowed(run, environmentId, user.id, newEmail);
    const { row: made, code } = await makeCode(service, run, environmentId, {
      kind: "email_change",
      userId: user.id,
      email: newEmail,
    });
    const text = emailChangeText({ application: name, code, expiresAt: made.expires_at });
    await queueMessage(sealer, run, environmentId, {
      kind: "email_change",
      recipient: newEmail,
      expiresAt: made.expires_at,
      ...text,
    });
    return made;
  });
  return emailChangeToWire(user, row);
}

/** The address is the user's, and verified, for the code went there. */
export async function confirmEmailChange(
  service: Service,
  environmentId: string,
  userId: string,
  code: string,
) {
  const { id } = await getUser(service.db, environmentId, userId);
  const sent = await latestCode(service.db, environmentId, id, "email_change");
  if (!sent) throw refused(409, "No change of the e-mail address was asked for.", "no_pending_email_change");
  const row = await requireRightCode(service, environmentId, sent, code, REFUSALS);
  const user = await service.db.transaction(environmentId, async (run) => {
    const before = await lockUser(run, environmentId, id);
    await requireAllowed(run, environmentId, id, row.email);
    await useCode(run, environmentId, row, REFUSALS);
    return await updateUser(run, environmentId, before, { email: row.email, email_verified: true }).catch(
      (error: { code?: string }) => {
        throw error.code === "23505" ? notAvailable() : error;
      },
    );
  });
  return { object: "email_change_confirmation" as const, user: userToWire(user) };
}

async function requireAllowed(
  run: Run,
  environmentId: string,
  userId: string,
  newEmail: string,
): Promise<void> {
  if (await isDirectoryManaged(run, environmentId, userId))
    throw refused(
      409,
      "A directory manages this user: change the address there.",
      "email_change_not_allowed",
    );
  const owner = await findUserByEmail(run, environmentId, newEmail);
  if (owner && owner.id !== userId) throw notAvailable();
}

function notAvailable(): WireError {
  return refused(409, "This email is not available.", "email_not_available");
}

function emailChangeToWire(user: UserRow, row: CodeRow) {
  return {
    object: "email_change" as const,
    user: userToWire(user),
    new_email: row.email,
    expires_at: iso(row.expires_at),
    created_at: iso(row.created_at),
  };
}

const REFUSALS: CodeRefusals = {
  wrong: () => refused(400, "The code is not the one that was sent.", "email_change_code_incorrect"),
  expired: () => refused(400, "The code has expired. Ask for a new one.", "email_change_code_expired"),
  used: () => refused(409, "The code was used already.", "email_change_code_previously_used"),
  exhausted: () =>
    new WireError(429, {
      message: "Too many attempts. Ask for a new code.",
      code: "email_change_too_many_attempts",
    }),
};

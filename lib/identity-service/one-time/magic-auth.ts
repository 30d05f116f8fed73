import { isIP } from "node:net";
import { z } from "zod";
import { alone, type Run } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { getEnvironment } from "../environments/store.ts";
import type { InvitationRow } from "../invitations/invitation.ts";
import { findPendingInvitation } from "../invitations/store.ts";
import { queueMessage } from "../messages/queue.ts";
import { magicAuthText } from "../messages/texts.ts";
import type { Service } from "../service.ts";
import { Email } from "../users/input.ts";
import { findUserByEmail, insertUser } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import { emailKey } from "../wire/email.ts";
import { oauthError, refused } from "../wire/errors.ts";
import type { CodeRow } from "./code.ts";
import { type CodeRefusals, latestCode, makeCode, requireRightCode } from "./codes.ts";
import { requireSendAllowed } from "./sends.ts";

export const SendMagicAuth = z.object({
  email: Email,
  invitation_token: z.string().nullish(),
  ip_address: z.string().nullish(),
});
type SendMagicAuth = z.infer<typeof SendMagicAuth>;

/** Sends a code to sign in with. Whoever is unknown becomes a user, where people may sign up or the invitation says so. */
export async function sendMagicAuth(
  service: Service,
  environmentId: string,
  { email, invitation_token, ip_address }: SendMagicAuth,
): Promise<CodeRow> {
  const run = alone(service.db, environmentId);
  const invitation = invitation_token
    ? await findPendingInvitation(service, run, environmentId, invitation_token)
    : null;
  if (invitation_token && !invitation)
    throw oauthError("invitation_invalid", "The invitation is not for this address, or no longer good.");
  const askedFrom = ip_address && isIP(ip_address) ? ip_address : null;
  return await sendMagicCode(service, environmentId, { email, askedFrom, invitation });
}

/** The same, for whom an invitation is known already. */
export async function sendMagicCode(
  service: Service,
  environmentId: string,
  {
    email,
    askedFrom,
    invitation,
  }: { email: string; askedFrom: string | null; invitation: InvitationRow | null },
): Promise<CodeRow> {
  const { db, sealer } = service;
  const environment = await getEnvironment(db, environmentId);
  const { authentication } = EnvironmentSettings.parse(environment.settings);
  if (!authentication.magic_auth)
    throw oauthError("authentication_method_not_allowed", "Magic Auth is not enabled for this environment.");
  await requireSendAllowed(db, environmentId, "magic_auth", emailKey(email));
  if (invitation && invitation.email_key !== emailKey(email))
    throw oauthError("invitation_invalid", "The invitation is not for this address, or no longer good.");
  return await db.transaction(environmentId, async (run) => {
    const mayJoin = authentication.sign_up || invitation !== null;
    const user = await findOrMakeUser(run, environmentId, email, mayJoin);
    const { row, code } = await makeCode(service, run, environmentId, {
      kind: "magic_auth",
      userId: user.id,
      email: user.email,
      invitationId: invitation?.id ?? null,
    });
    const text = magicAuthText({ application: environment.name, code, askedFrom, expiresAt: row.expires_at });
    await queueMessage(sealer, run, environmentId, {
      kind: "magic_auth",
      recipient: user.email,
      expiresAt: row.expires_at,
      ...text,
    });
    return row;
  });
}

/**
 * Returns if this is the code that was last sent to the address; the caller still has to use it up, with `useCode` in the
 * transaction that signs in. Whoever is unknown is told what a wrong code is told.
 */
export async function requireMagicAuthCode(
  service: Service,
  environmentId: string,
  userId: string | null,
  code: string,
): Promise<CodeRow> {
  const sent = userId ? await latestCode(service.db, environmentId, userId, "magic_auth") : null;
  return await requireRightCode(service, environmentId, sent, code, SIGN_IN_REFUSALS);
}

/** As `/user_management/authenticate` refuses a code. */
export const SIGN_IN_REFUSALS: CodeRefusals = {
  wrong: () => refused(400, "The code is not the one that was sent.", "invalid_one_time_code"),
  expired: () => refused(400, "The code has expired. Ask for a new one.", "one_time_code_expired"),
  used: () => refused(400, "The code was used already.", "one_time_code_previously_used"),
  exhausted: () => refused(400, "Too many attempts. Ask for a new code.", "one_time_code_too_many_attempts"),
};

async function findOrMakeUser(
  run: Run,
  environmentId: string,
  email: string,
  mayJoin: boolean,
): Promise<UserRow> {
  const known = await findUserByEmail(run, environmentId, email);
  if (known) return known;
  if (!mayJoin)
    throw oauthError("sign_up_not_allowed", "There is no such user, and signing up is not enabled.");
  const made = await insertUser(run, environmentId, { email });
  if (made) return made;
  // Made by another request in this moment: now it can be seen.
  return await findOrMakeUser(run, environmentId, email, mayJoin);
}

import { alone } from "../db.ts";
import type { InvitationRow } from "../invitations/invitation.ts";
import { findPendingInvitation } from "../invitations/store.ts";
import type { Service } from "../service.ts";
import { emailKey } from "../wire/email.ts";
import { oauthError } from "../wire/errors.ts";

/** The invitation that a sign-in brings along. @throws WireError 400 where it is not good, or for another address. */
export async function invitationFor(
  service: Service,
  environmentId: string,
  token: string | undefined,
  email: string,
): Promise<InvitationRow | null> {
  if (token === undefined) return null;
  const invitation = await findPendingInvitation(
    service,
    alone(service.db, environmentId),
    environmentId,
    token,
  );
  if (!invitation) throw oauthError("invitation_invalid", "The invitation is not valid, or no longer.");
  if (invitation.email_key !== emailKey(email))
    throw oauthError("invitation_cannot_be_used_for_email", "The invitation is for another e-mail address.");
  return invitation;
}

import { alone, type Run } from "../db.ts";
import type { InvitationRow } from "../invitations/invitation.ts";
import { useCode } from "../one-time/codes.ts";
import { requireMagicAuthCode, SIGN_IN_REFUSALS } from "../one-time/magic-auth.ts";
import type { Service } from "../service.ts";
import { isUsersPassword } from "../users/check-password.ts";
import { findUserByEmail, lockUser, updateUser } from "../users/store.ts";
import { replaceUnprovenPassword } from "../users/unproven-password.ts";
import type { UserRow } from "../users/user.ts";
import { refused, WireError } from "../wire/errors.ts";
import type { Client } from "./client.ts";
import { tellFailed, tellSucceeded } from "./events.ts";
import { connectionsOfDomain } from "./organizations.ts";
import type { Proven } from "./proven.ts";
import { requireTryAllowed } from "./throttle.ts";

export interface Claim {
  email: string;
  invitation: InvitationRow | null;
  organizationId: string | null;
  /** Of the password they chose when they signed up in this very browser. */
  chosenPasswordHash?: string | null;
  ipAddress: string | null;
  userAgent: string | null;
}

/** @throws WireError 400 `invalid_credentials`, the same for whoever does not exist and as late. */
export async function provenByPassword(
  service: Service,
  client: Client,
  claim: Claim,
  password: string,
): Promise<Proven> {
  const { db } = service;
  const { environmentId, settings } = client;
  if (!settings.authentication.password)
    throw refused(
      403,
      "Signing in with a password is not enabled for this environment.",
      "email_password_auth_disabled",
    );
  await requireTryAllowed(service, environmentId, { account: claim.email, ipAddress: claim.ipAddress });
  const user = await findUserByEmail(alone(db, environmentId), environmentId, claim.email);
  const right = await isUsersPassword(db, environmentId, user?.id ?? null, password);
  if (!user || !right) {
    const error = refused(400, "Invalid credentials.", "invalid_credentials");
    await tellFailed(service, environmentId, "password", whoIs(user, claim), error);
    throw error;
  }
  await requireNoSso(service, client, user.email);
  return await db.transaction(environmentId, async (run) => {
    await tellSucceeded(run, environmentId, "password", whoIs(user, claim));
    await trustInvitation(run, environmentId, user, claim);
    return proven(user, claim, "password");
  });
}

/** @throws WireError 400 for a code that is wrong, used, expired or guessed at too often. */
export async function provenByMagicCode(
  service: Service,
  client: Client,
  claim: Claim,
  code: string,
): Promise<Proven> {
  const { db } = service;
  const { environmentId, settings } = client;
  if (!settings.authentication.magic_auth)
    throw refused(
      403,
      "Magic Auth is not enabled for this environment.",
      "authentication_method_not_allowed",
    );
  await requireTryAllowed(service, environmentId, { account: claim.email, ipAddress: claim.ipAddress });
  const user = await findUserByEmail(alone(db, environmentId), environmentId, claim.email);
  const row = await requireMagicAuthCode(service, environmentId, user?.id ?? null, code).catch(
    async (error: unknown) => {
      if (error instanceof WireError)
        await tellFailed(service, environmentId, "magic_auth", whoIs(user, claim), error);
      throw error;
    },
  );
  if (!user) throw SIGN_IN_REFUSALS.wrong();
  await requireNoSso(service, client, user.email);
  return await db.transaction(environmentId, async (run) => {
    await useCode(run, environmentId, row, SIGN_IN_REFUSALS);
    const locked = await lockUser(run, environmentId, user.id);
    // The code came by mail: the mailbox is theirs.
    if (!locked.email_verified && locked.email_key === row.email.toLowerCase()) {
      await replaceUnprovenPassword(run, environmentId, locked, claim.chosenPasswordHash);
      await updateUser(run, environmentId, locked, { email_verified: true });
    }
    await tellSucceeded(run, environmentId, "magic_auth", whoIs(user, claim));
    const invitationId = claim.invitation?.id ?? row.invitation_id;
    return { ...proven(user, claim, "magic_code"), invitationId };
  });
}

/**
 * Whose organization has an identity provider for their domain signs in there, and there only: leavers are shut out in one
 * place.
 *
 * @throws WireError 400 `sso_required`
 */
export async function requireNoSso({ db }: Service, { environmentId }: Client, email: string): Promise<void> {
  const connections = await connectionsOfDomain(alone(db, environmentId), environmentId, email);
  if (connections.length === 0) return;
  throw new WireError(400, {
    error: "sso_required",
    error_description: "User must authenticate using one of the matching connections.",
    email,
    connection_ids: connections.map(({ id }) => id),
  });
}

/** Who has the link of an invitation has read the mail it was sent with. */
async function trustInvitation(
  run: Run,
  environmentId: string,
  user: UserRow,
  { invitation }: Claim,
): Promise<void> {
  if (!invitation || user.email_verified) return;
  const locked = await lockUser(run, environmentId, user.id);
  if (invitation.email_key === locked.email_key)
    await updateUser(run, environmentId, locked, { email_verified: true });
}

function proven(user: UserRow, claim: Claim, method: "password" | "magic_code"): Proven {
  const { invitation, organizationId, ipAddress, userAgent } = claim;
  return {
    userId: user.id,
    method,
    organizationId: invitation?.organization_id ?? organizationId,
    invitationId: invitation?.id ?? null,
    unlinkedProfileId: null,
    vouchedOrganizationId: null,
    roleSlugs: null,
    idpSessionId: null,
    secondFactor: false,
    ipAddress,
    userAgent,
  };
}

function whoIs(user: UserRow | null, { email, ipAddress, userAgent }: Claim) {
  return { userId: user?.id ?? null, email, ipAddress, userAgent };
}

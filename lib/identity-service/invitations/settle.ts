import type { Run } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import { admitMember } from "../memberships/commands.ts";
import { usableRoles } from "../memberships/roles.ts";
import { requireSendAllowed } from "../one-time/sends.ts";
import type { Service } from "../service.ts";
import { findUserByEmail } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import { refused } from "../wire/errors.ts";
import { type InvitationRow, stateOf, tokenContext } from "./invitation.ts";
import { mailInvitation } from "./mail.ts";
import { getInvitation, lockInvitation, settleInvitation, tellInvitation } from "./store.ts";

/**
 * Accepts an invitation for a user, who becomes a member of its organization. That it is theirs (they came by its link, or
 * have its address) is for the caller to know.
 */
export async function acceptInvitation(
  { clock }: Pick<Service, "clock">,
  run: Run,
  environmentId: string,
  invitationId: string,
  userId: string,
): Promise<InvitationRow> {
  const now = clock();
  const before = await lockInvitation(run, environmentId, invitationId);
  requirePending(before, now);
  const accepted = { ...before, accepted_at: now, accepted_user_id: userId };
  const row = await settleInvitation(run, environmentId, accepted, now);
  await tellInvitation(run, environmentId, "accepted", row, now);
  const { organization_id: organizationId, role_slug } = row;
  if (organizationId) {
    // The role may have been taken away since: whoever was promised it is a plain member then.
    const [role] = role_slug ? await usableRoles(run, environmentId, organizationId, [role_slug]) : [];
    await admitMember(run, environmentId, { userId, organizationId, roleSlug: role?.slug ?? null });
  }
  return row;
}

/** Accepts an invitation in the name of the user who has its address. */
export async function acceptForUser(
  service: Service,
  environmentId: string,
  id: string,
): Promise<InvitationRow> {
  const { db, clock } = service;
  const { email } = await getInvitation(db, environmentId, id);
  return await db.transaction(environmentId, async (run) => {
    requirePending(await lockInvitation(run, environmentId, id), clock());
    const user: UserRow | null = await findUserByEmail(run, environmentId, email);
    if (!user) throw refused(400, "There is no user with this address who could accept.", "invalid_invite");
    return await acceptInvitation(service, run, environmentId, id, user.id);
  });
}

export async function revokeInvitation(
  { db, clock }: Service,
  environmentId: string,
  id: string,
): Promise<InvitationRow> {
  return await db.transaction(environmentId, async (run) => {
    const now = clock();
    const before = await lockInvitation(run, environmentId, id);
    requirePending(before, now);
    const row = await settleInvitation(run, environmentId, { ...before, revoked_at: now }, now);
    await tellInvitation(run, environmentId, "revoked", row, now);
    return row;
  });
}

/** Sends the same link again. It stays good as long as it was. */
export async function resendInvitation(
  service: Service,
  environmentId: string,
  id: string,
): Promise<InvitationRow> {
  const { db, sealer, clock } = service;
  const environment = await getEnvironment(db, environmentId);
  requireResendable(await getInvitation(db, environmentId, id), clock());
  await requireSendAllowed(db, environmentId, "invitation", id);
  return await db.transaction(environmentId, async (run) => {
    const now = clock();
    const row = await lockInvitation(run, environmentId, id);
    requireResendable(row, now);
    await tellInvitation(run, environmentId, "resent", row, now);
    await mailInvitation(service, run, environment, row, sealer.open(row.token_sealed, tokenContext(id)));
    return row;
  });
}

function requirePending(row: InvitationRow, now: Date): void {
  const state = stateOf(row, now);
  if (state !== "pending") throw refused(400, `The invitation is ${state}.`, "invite_not_pending");
}

function requireResendable(row: InvitationRow, now: Date): void {
  const state = stateOf(row, now);
  if (state !== "pending") throw refused(400, `The invitation is ${state}.`, `invite_${state}`);
}

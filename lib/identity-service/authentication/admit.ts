import { isDeepStrictEqual } from "node:util";
import { type Run, sql } from "../db.ts";
import { acceptInvitation } from "../invitations/settle.ts";
import { admitMember } from "../memberships/commands.ts";
import { usableRoles } from "../memberships/roles.ts";
import { updateMembership } from "../memberships/store.ts";
import type { Service } from "../service.ts";
import { lockUser } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import { membershipStatus } from "./organizations.ts";
import type { Proven } from "./proven.ts";
import { notAMember } from "./steps.ts";

const INVITED = sql(
  "authentication_invitation",
  "SELECT email_key FROM identity.invitations WHERE environment_id = $1 AND id = $2",
);

/**
 * What a sign-in changes besides making a session: an invitation is accepted, an identity provider's person becomes a
 * member with the roles its groups bring. In one transaction with the session or the code that follows.
 */
export async function admit(
  service: Service,
  run: Run,
  environmentId: string,
  proven: Proven,
  organizationId: string | null,
): Promise<UserRow> {
  const user = await lockUser(run, environmentId, proven.userId);
  if (proven.invitationId !== null) {
    const [invitation] = await run<{ email_key: string }>(INVITED, [environmentId, proven.invitationId]);
    // The address may have been changed on the way.
    if (invitation?.email_key === user.email_key)
      await acceptInvitation(service, run, environmentId, proven.invitationId, user.id);
  }
  if (organizationId === null) return user;
  if (proven.vouchedOrganizationId === organizationId)
    await admitFromIdentityProvider(run, environmentId, user, proven, organizationId);
  const status = await membershipStatus(run, environmentId, user.id, organizationId);
  if (status !== "active") throw notAMember(organizationId);
  return user;
}

async function admitFromIdentityProvider(
  run: Run,
  environmentId: string,
  user: UserRow,
  { roleSlugs }: Proven,
  organizationId: string,
): Promise<void> {
  const status = await membershipStatus(run, environmentId, user.id, organizationId);
  if (status === "inactive") throw notAMember(organizationId);
  const usable = roleSlugs === null ? [] : await usableRoles(run, environmentId, organizationId, roleSlugs);
  const wanted = usable.map(({ slug }) => slug);
  const member = await admitMember(run, environmentId, {
    userId: user.id,
    organizationId,
    roleSlug: wanted[0] ?? null,
  });
  if (member.directory_managed || wanted.length === 0 || isDeepStrictEqual(wanted, member.role_slugs)) return;
  await updateMembership(run, environmentId, { ...member, role_slugs: wanted });
}

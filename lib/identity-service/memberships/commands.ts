import { isDeepStrictEqual } from "node:util";
import { type Database, type Run, sql } from "../db.ts";
import { getSettings } from "../environments/settings.ts";
import { revokeSessions } from "../sessions/revoke.ts";
import type { MembershipRow } from "../users/membership.ts";
import { lockUser } from "../users/store.ts";
import { invalid, notFound, refused, type WireError } from "../wire/errors.ts";
import type { CreateMembership, FullMembershipRow, RoleChoice } from "./membership.ts";
import { chosenRoles } from "./roles.ts";
import {
  deleteMembership,
  getMembership,
  insertMembership,
  lockMembership,
  lockMembershipOf,
  updateMembership,
} from "./store.ts";

const ORGANIZATION = sql(
  "membership_organization",
  "SELECT id FROM identity.organizations WHERE environment_id = $1 AND id = $2 FOR KEY SHARE",
);
/** What somebody has who was given nothing else. */
export const DEFAULT_ROLES = ["member"];

/** Makes a user a member, or brings back one who was set inactive. */
export async function createMembership(
  db: Database,
  environmentId: string,
  wanted: CreateMembership,
): Promise<FullMembershipRow> {
  const { user_id, organization_id } = wanted;
  const settings = await getSettings(db, environmentId);
  const { id } = await db.transaction(environmentId, async (run) => {
    await lockUser(run, environmentId, user_id);
    await requireOrganization(run, environmentId, organization_id);
    const place = { environmentId, organizationId: organization_id };
    const roles = (await chosenRoles(run, place, wanted, settings)) ?? DEFAULT_ROLES;
    const before = await lockMembershipOf(run, environmentId, user_id, organization_id);
    if (before?.status === "pending") throw pending("reactivate");
    if (before?.status === "active") throw alreadyMember();
    if (before)
      return await updateMembership(run, environmentId, { ...before, status: "active", role_slugs: roles });
    const made = await insertMembership(run, environmentId, {
      user_id,
      organization_id,
      status: "active",
      role_slugs: roles,
    });
    if (!made) throw alreadyMember();
    return made;
  });
  return await getMembership(db, environmentId, id);
}

/**
 * Makes a user an active member with a role, whatever they were before: for whoever said yes to an invitation. An active
 * member keeps the roles they have.
 */
export async function admitMember(
  run: Run,
  environmentId: string,
  member: { userId: string; organizationId: string; roleSlug: string | null },
): Promise<MembershipRow> {
  const { userId, organizationId, roleSlug } = member;
  const roles = roleSlug === null ? null : [roleSlug];
  const before = await lockMembershipOf(run, environmentId, userId, organizationId);
  if (before?.status === "active") return before;
  if (before) {
    const role_slugs = roles ?? before.role_slugs;
    return await updateMembership(run, environmentId, { ...before, status: "active", role_slugs });
  }
  const made = await insertMembership(run, environmentId, {
    user_id: userId,
    organization_id: organizationId,
    status: "active",
    role_slugs: roles ?? DEFAULT_ROLES,
  });
  if (made) return made;
  // Made by another request in this moment: now it can be seen.
  return await admitMember(run, environmentId, member);
}

export async function changeMemberRoles(
  db: Database,
  environmentId: string,
  id: string,
  choice: RoleChoice,
): Promise<FullMembershipRow> {
  const settings = await getSettings(db, environmentId);
  await db.transaction(environmentId, async (run) => {
    const before = await lockMembership(run, environmentId, id);
    const place = { environmentId, organizationId: before.organization_id };
    const role_slugs = await chosenRoles(run, place, choice, settings);
    if (role_slugs === null || isDeepStrictEqual(role_slugs, before.role_slugs)) return;
    await updateMembership(run, environmentId, { ...before, role_slugs });
  });
  return await getMembership(db, environmentId, id);
}

/** Shuts a member out, and ends their sessions in the organization. Roles stay, for when they come back. */
export async function deactivateMember(
  db: Database,
  environmentId: string,
  id: string,
): Promise<FullMembershipRow> {
  await db.transaction(environmentId, async (run) => {
    const before = await lockMembership(run, environmentId, id);
    if (before.status === "pending") throw pending("deactivate");
    if (before.status === "inactive") return;
    await updateMembership(run, environmentId, { ...before, status: "inactive" });
    await revokeSessions(run, environmentId, before.user_id, before.organization_id);
  });
  return await getMembership(db, environmentId, id);
}

export async function reactivateMember(
  db: Database,
  environmentId: string,
  id: string,
): Promise<FullMembershipRow> {
  await db.transaction(environmentId, async (run) => {
    const before = await lockMembership(run, environmentId, id);
    if (before.status === "pending") throw pending("reactivate");
    if (before.status === "inactive")
      await updateMembership(run, environmentId, { ...before, status: "active" });
  });
  return await getMembership(db, environmentId, id);
}

export async function removeMember(db: Database, environmentId: string, id: string): Promise<void> {
  await db.transaction(environmentId, async (run) => {
    const { user_id, organization_id } = await deleteMembership(run, environmentId, id);
    await revokeSessions(run, environmentId, user_id, organization_id);
  });
}

/** The organization stays until the transaction ends. @throws WireError 404 */
export async function requireOrganization(run: Run, environmentId: string, id: string): Promise<void> {
  const found = await run(ORGANIZATION, [environmentId, id]);
  if (found.length === 0) throw notFound("Organization", id);
}

function pending(what: "deactivate" | "reactivate"): WireError {
  return refused(
    400,
    `Cannot ${what} a pending organization membership. Delete it, or let the person accept.`,
    `cannot_${what}_pending_organization_membership`,
  );
}

function alreadyMember(): WireError {
  const message = "The user is a member of this organization already.";
  return invalid([{ field: "user_id", code: "user_already_organization_member", message }], message);
}

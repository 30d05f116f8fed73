import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import type { AssignmentRow, RoleOnResource } from "./assignment.ts";
import { named } from "./reference.ts";
import type { ResourceRow } from "./resource.ts";
import { holdResource } from "./tree.ts";

/** Whose assignments: a member's. */
export interface MemberPlace {
  environmentId: string;
  membershipId: string;
}

// What comes through a group has an id made of the two it comes from: of the assignment to the group, and of the member.
const SELECT = `SELECT row.*, role.slug AS role_slug, resource.external_id, resource.resource_type_slug
  FROM (
    SELECT id, environment_id, membership_id, NULL AS group_role_assignment_id, role_id, resource_id, created_at, updated_at
    FROM identity.role_assignments
    UNION ALL
    SELECT 'role_assignment_' || substr(given.id, 5) || substr(belonging.membership_id, 4), given.environment_id,
      belonging.membership_id, given.id, given.role_id, given.resource_id, given.created_at, given.updated_at
    FROM identity.group_role_assignments AS given
    JOIN identity.group_members AS belonging ON belonging.group_id = given.group_id
  ) AS row
  JOIN identity.roles AS role ON role.id = row.role_id
  JOIN identity.resources AS resource ON resource.id = row.resource_id`;
const FIND = sql(
  "role_assignment_find",
  `${SELECT} WHERE row.environment_id = $1 AND row.membership_id = $2 AND row.id = $3`,
);
const FIND_ON = sql(
  "role_assignment_find_on",
  `${SELECT} WHERE row.environment_id = $1 AND row.membership_id = $2 AND row.resource_id = $3 AND row.role_id = $4
     AND row.group_role_assignment_id IS NULL`,
);
const INSERT = sql(
  "role_assignment_insert",
  `INSERT INTO identity.role_assignments (id, environment_id, membership_id, resource_id, role_id, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (membership_id, resource_id, role_id) DO NOTHING`,
);
const DELETE = sql(
  "role_assignment_delete",
  "DELETE FROM identity.role_assignments WHERE environment_id = $1 AND membership_id = $2 AND id = $3 RETURNING id",
);
const MEMBERSHIP = sql(
  "role_assignment_membership",
  `SELECT organization_id FROM identity.organization_memberships WHERE environment_id = $1 AND id = $2 FOR KEY SHARE`,
);
const ROLE = sql(
  "role_assignment_role",
  `SELECT id, resource_type_slug FROM identity.roles
   WHERE environment_id = $1 AND (organization_id IS NULL OR organization_id = $2) AND slug = $3 FOR SHARE`,
);

export function assignmentsOfMember(
  { environmentId, membershipId }: MemberPlace,
  on: { resourceId?: string | undefined; externalId?: string | undefined; type?: string | undefined },
): ListSource {
  const values: ListSource["values"] = [environmentId, membershipId];
  const where = ["row.environment_id = $1", "row.membership_id = $2"];
  if (on.resourceId) where.push(`row.resource_id = $${values.push(on.resourceId)}`);
  if (on.externalId) where.push(`resource.external_id = $${values.push(on.externalId)}`);
  if (on.type) where.push(`resource.resource_type_slug = $${values.push(on.type)}`);
  return { select: SELECT, where, values };
}

export function assignmentsOn(
  environmentId: string,
  resource: ResourceRow,
  roleSlug: string | undefined,
): ListSource {
  const values: ListSource["values"] = [environmentId, resource.id];
  const where = ["row.environment_id = $1", "row.resource_id = $2"];
  if (roleSlug) where.push(`role.slug = $${values.push(roleSlug)}`);
  return { select: SELECT, where, values };
}

/** Gives a member a role on a resource. Once more changes nothing. */
export async function assignRole(
  db: Database,
  { environmentId, membershipId }: MemberPlace,
  wanted: RoleOnResource,
): Promise<AssignmentRow> {
  return await db.transaction(environmentId, async (run) => {
    const organizationId = await holdMembership(run, environmentId, membershipId);
    named(wanted.resource);
    const { roleId, resource } = await requireRoleOn(run, environmentId, organizationId, wanted);
    const id = newId("role_assignment");
    await run(INSERT, [id, environmentId, membershipId, resource.id, roleId, createdAt(id)]);
    const values = [environmentId, membershipId, resource.id, roleId];
    const [row] = await run<AssignmentRow>(FIND_ON, values);
    if (!row) throw notFound("Role Assignment", id);
    return row;
  });
}

/** Takes a role on a resource from a member. */
export async function unassignRole(
  db: Database,
  { environmentId, membershipId }: MemberPlace,
  wanted: RoleOnResource,
): Promise<void> {
  await db.transaction(environmentId, async (run) => {
    const organizationId = await holdMembership(run, environmentId, membershipId);
    named(wanted.resource);
    const { roleId, resource } = await requireRoleOn(run, environmentId, organizationId, wanted);
    const [row] = await run<AssignmentRow>(FIND_ON, [environmentId, membershipId, resource.id, roleId]);
    if (!row) throw notFound("Role Assignment", wanted.role_slug);
    await run(DELETE, [environmentId, membershipId, row.id]);
  });
}

export async function removeAssignment(
  db: Database,
  { environmentId, membershipId }: MemberPlace,
  id: string,
): Promise<void> {
  const values = [environmentId, membershipId, id];
  const removed = await db.query(environmentId, DELETE, values);
  if (removed.length > 0) return;
  const [row] = await db.query<AssignmentRow>(environmentId, FIND, values);
  if (!row) throw notFound("Role Assignment", id);
  throw refused(
    403,
    `The member has this role through a group. Take the assignment '${row.group_role_assignment_id}' from the group.`,
  );
}

/**
 * A role and the resource it is to be given on, neither of which goes away before the transaction ends; without a
 * resource the organization is meant. @throws WireError 404, and 422 for a role that is for resources of another type
 */
export async function requireRoleOn(
  run: Run,
  environmentId: string,
  organizationId: string,
  { role_slug, resource: reference }: RoleOnResource,
): Promise<{ roleId: string; resource: ResourceRow }> {
  const resource = await holdResource(run, environmentId, organizationId, reference);
  const values = [environmentId, organizationId, role_slug];
  const [role] = await run<{ id: string; resource_type_slug: string }>(ROLE, values);
  if (!role) throw notFound("Role", role_slug);
  if (role.resource_type_slug !== resource.resource_type_slug)
    throw refused(
      422,
      `The role '${role_slug}' is for resources of the type '${role.resource_type_slug}', not '${resource.resource_type_slug}'.`,
      "role_resource_type_mismatch",
    );
  return { roleId: role.id, resource };
}

async function holdMembership(run: Run, environmentId: string, membershipId: string): Promise<string> {
  const [row] = await run<{ organization_id: string }>(MEMBERSHIP, [environmentId, membershipId]);
  if (!row) throw notFound("Organization Membership", membershipId);
  return row.organization_id;
}

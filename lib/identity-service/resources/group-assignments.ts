import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import type { GroupAssignmentRow, RoleOnResource } from "./assignment.ts";
import { requireRoleOn } from "./assignments.ts";

/** Whose assignments: a group's. */
export interface GroupPlace {
  environmentId: string;
  groupId: string;
}

const SELECT = `SELECT row.*, role.slug AS role_slug, resource.external_id, resource.resource_type_slug
  FROM identity.group_role_assignments AS row
  JOIN identity.roles AS role ON role.id = row.role_id
  JOIN identity.resources AS resource ON resource.id = row.resource_id`;
const FIND = sql(
  "group_assignment_find",
  `${SELECT} WHERE row.environment_id = $1 AND row.group_id = $2 AND row.id = $3`,
);
const INSERT = sql(
  "group_assignment_insert",
  `INSERT INTO identity.group_role_assignments (id, environment_id, group_id, resource_id, role_id, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (group_id, resource_id, role_id) DO NOTHING RETURNING id`,
);
const DELETE = sql(
  "group_assignment_delete",
  "DELETE FROM identity.group_role_assignments WHERE environment_id = $1 AND group_id = $2 AND id = $3 RETURNING id",
);
const DELETE_ON = sql(
  "group_assignment_delete_on",
  `DELETE FROM identity.group_role_assignments WHERE environment_id = $1 AND group_id = $2 AND resource_id = $3 AND role_id = $4
   RETURNING id`,
);
// Pairs of a resource and a role, side by side.
const DELETE_OTHERS = sql(
  "group_assignment_delete_others",
  `DELETE FROM identity.group_role_assignments WHERE environment_id = $1 AND group_id = $2
     AND (resource_id, role_id) NOT IN (SELECT * FROM unnest($3::text[], $4::text[]))`,
);
// Held, so that of two replacements at once the later one stays.
const GROUP = sql(
  "group_assignment_group",
  "SELECT organization_id FROM identity.groups WHERE environment_id = $1 AND id = $2 FOR NO KEY UPDATE",
);

export function assignmentsOfGroup({ environmentId, groupId }: GroupPlace): ListSource {
  return {
    select: SELECT,
    where: ["row.environment_id = $1", "row.group_id = $2"],
    values: [environmentId, groupId],
  };
}

export async function getGroupAssignment(
  db: Database,
  { environmentId, groupId }: GroupPlace,
  id: string,
): Promise<GroupAssignmentRow> {
  const [row] = await db.query<GroupAssignmentRow>(environmentId, FIND, [environmentId, groupId, id]);
  if (!row) throw notFound("Group Role Assignment", id);
  return row;
}

/** Gives everyone in a group a role on a resource; without a resource, on the organization. */
export async function assignGroupRole(
  db: Database,
  place: GroupPlace,
  wanted: RoleOnResource,
): Promise<GroupAssignmentRow> {
  const id = await db.transaction(place.environmentId, async (run) => {
    const organizationId = await lockGroup(run, place);
    const { roleId, resource } = await requireRoleOn(run, place.environmentId, organizationId, wanted);
    const made = await insert(run, place, resource.id, roleId);
    if (made) return made;
    throw refused(
      409,
      `The group has the role '${wanted.role_slug}' on this resource already.`,
      "duplicate_group_role_assignment",
    );
  });
  return await getGroupAssignment(db, place, id);
}

/** From now on the group has exactly these roles. Those it had before keep their ids. */
export async function replaceGroupRoles(
  db: Database,
  place: GroupPlace,
  wanted: readonly RoleOnResource[],
): Promise<void> {
  await db.transaction(place.environmentId, async (run) => {
    const organizationId = await lockGroup(run, place);
    const [resourceIds, roleIds]: [string[], string[]] = [[], []];
    for (const each of wanted) {
      const { roleId, resource } = await requireRoleOn(run, place.environmentId, organizationId, each);
      resourceIds.push(resource.id);
      roleIds.push(roleId);
      await insert(run, place, resource.id, roleId);
    }
    await run(DELETE_OTHERS, [place.environmentId, place.groupId, resourceIds, roleIds]);
  });
}

export async function removeGroupAssignment(db: Database, place: GroupPlace, id: string): Promise<void> {
  const removed = await db.query(place.environmentId, DELETE, [place.environmentId, place.groupId, id]);
  if (removed.length === 0) throw notFound("Group Role Assignment", id);
}

export async function unassignGroupRole(
  db: Database,
  place: GroupPlace,
  wanted: RoleOnResource,
): Promise<void> {
  await db.transaction(place.environmentId, async (run) => {
    const organizationId = await lockGroup(run, place);
    const { roleId, resource } = await requireRoleOn(run, place.environmentId, organizationId, wanted);
    const removed = await run(DELETE_ON, [place.environmentId, place.groupId, resource.id, roleId]);
    if (removed.length === 0) throw notFound("Group Role Assignment", wanted.role_slug);
  });
}

/** @throws WireError 404 for a group that the environment does not have. */
export async function lockGroup(run: Run, { environmentId, groupId }: GroupPlace): Promise<string> {
  const [row] = await run<{ organization_id: string }>(GROUP, [environmentId, groupId]);
  if (!row) throw notFound("Group", groupId);
  return row.organization_id;
}

async function insert(
  run: Run,
  { environmentId, groupId }: GroupPlace,
  resourceId: string,
  roleId: string,
): Promise<string | null> {
  const id = newId("gra");
  const values = [id, environmentId, groupId, resourceId, roleId, createdAt(id)];
  return (await run(INSERT, values)).length > 0 ? id : null;
}

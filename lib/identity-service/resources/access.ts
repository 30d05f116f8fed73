import { type Database, type Run, sql } from "../db.ts";
import { SELECT_MEMBERSHIPS } from "../memberships/store.ts";
import { notFound } from "../wire/errors.ts";
import type { ListSource } from "../wire/pagination.ts";
import type { Reference } from "./reference.ts";
import type { ResourceRow } from "./resource.ts";
import { COLUMNS, DEPTH_MAX, findResource } from "./tree.ts";

/** Which resources to look at: `row`, then all above it as far as `levels` says. */
const upwards = (start: string, levels: string | number = DEPTH_MAX) => `upwards AS (
    SELECT row.id, row.parent_id, 0 AS height FROM identity.resources AS row WHERE row.environment_id = $1 AND ${start}
    UNION ALL
    SELECT above.id, above.parent_id, height + 1 FROM upwards JOIN identity.resources AS above ON above.id = upwards.parent_id
    WHERE height < ${levels})`;

// The organization's roles that a member has as such; those are roles on the resource that the organization is.
const OWN_ROLES = `identity.roles AS role ON role.environment_id = $1 AND role.slug = ANY (member.role_slugs)
    AND (role.organization_id IS NULL OR role.organization_id = member.organization_id)`;

/** Who is meant by $2: an active member. Everyone else has access to nothing. */
const MEMBER = `member AS (
    SELECT id, organization_id, role_slugs FROM identity.organization_memberships
    WHERE environment_id = $1 AND id = $2 AND status = 'active')`;

// The roles that count: on the resource or above it; given to the member, to a group of theirs, or by the organization.
const GRANTED = `granted AS (
    SELECT given.role_id FROM upwards
    JOIN identity.role_assignments AS given ON given.resource_id = upwards.id AND given.membership_id = $2
    UNION ALL
    SELECT given.role_id FROM identity.group_members AS belonging
    JOIN identity.group_role_assignments AS given ON given.group_id = belonging.group_id
    JOIN upwards ON upwards.id = given.resource_id WHERE belonging.membership_id = $2
    UNION ALL
    SELECT role.id FROM upwards CROSS JOIN member JOIN ${OWN_ROLES} WHERE upwards.parent_id IS NULL)`;

/** The resources above `start`, as far as it is one of the active member's organization, and the roles that count there. */
const granted = (start: string) =>
  `WITH RECURSIVE ${MEMBER}, ${upwards(`row.organization_id = (SELECT organization_id FROM member) AND ${start}`)}, ${GRANTED}`;

/** Whether a role of the list `roles` has the permission whose slug is the parameter. */
const allowing = (
  parameter: string,
) => `JOIN identity.role_permissions AS allowed ON allowed.role_id = given.role_id
    JOIN identity.permissions AS permission ON permission.id = allowed.permission_id
      AND permission.environment_id = $1 AND permission.slug = ${parameter}`;

const BY_ID = "row.id = $4";
const BY_NAME = `row.resource_type_slug = $4 AND row.external_id = $5
    AND row.organization_id = (SELECT organization_id FROM identity.organization_memberships WHERE environment_id = $1 AND id = $2)`;

const check = (start: string) => `${granted(start)}
  SELECT EXISTS (SELECT FROM identity.organization_memberships WHERE environment_id = $1 AND id = $2) AS member_known,
    EXISTS (SELECT FROM identity.permissions WHERE environment_id = $1 AND slug = $3) AS permission_known,
    EXISTS (SELECT FROM identity.resources AS row WHERE row.environment_id = $1 AND ${start}) AS resource_known,
    EXISTS (SELECT FROM granted AS given ${allowing("$3")}) AS authorized`;
const CHECK_BY_ID = sql("access_check", check(BY_ID));
const CHECK_BY_NAME = sql("access_check_by_name", check(BY_NAME));
const MEMBERSHIP = sql(
  "access_membership",
  "SELECT organization_id FROM identity.organization_memberships WHERE environment_id = $1 AND id = $2",
);
const PERMISSION = sql(
  "access_permission",
  "SELECT id FROM identity.permissions WHERE environment_id = $1 AND slug = $2",
);

/** What is asked about: a member, and a permission that they may have somewhere. */
export interface Question {
  environmentId: string;
  membershipId: string;
  permissionSlug: string;
}

interface CheckRow {
  member_known: boolean;
  permission_known: boolean;
  resource_known: boolean;
  authorized: boolean;
}

/** Whether a member has a permission on a resource, now. One statement, however deep the resource lies. */
export async function isAuthorized(db: Database, question: Question, resource: Reference): Promise<boolean> {
  const { environmentId, membershipId, permissionSlug } = question;
  const values = [environmentId, membershipId, permissionSlug];
  const ask = async () =>
    "id" in resource
      ? await db.query<CheckRow>(environmentId, CHECK_BY_ID, [...values, resource.id])
      : await db.query<CheckRow>(environmentId, CHECK_BY_NAME, [
          ...values,
          resource.type,
          resource.externalId,
        ]);
  let [row] = await ask();
  if (!row?.member_known) throw notFound("Organization Membership", membershipId);
  if (!row.permission_known) throw notFound("Permission", permissionSlug);
  if (row.resource_known) return row.authorized;
  // Not there; or the organization itself, which nobody has asked about before.
  await db.transaction(environmentId, async (run) => {
    await findResource(run, environmentId, await organizationOf(run, environmentId, membershipId), resource);
  });
  [row] = await ask();
  return row?.authorized ?? false;
}

/** @throws WireError 404 */
export async function organizationOf(run: Run, environmentId: string, membershipId: string): Promise<string> {
  const [row] = await run<{ organization_id: string }>(MEMBERSHIP, [environmentId, membershipId]);
  if (!row) throw notFound("Organization Membership", membershipId);
  return row.organization_id;
}

/** @throws WireError 404 */
export async function requirePermission(run: Run, environmentId: string, slug: string): Promise<void> {
  const known = await run(PERMISSION, [environmentId, slug]);
  if (known.length === 0) throw notFound("Permission", slug);
}

/** Every permission that a member has on a resource. */
export function permissionsOn(
  environmentId: string,
  membershipId: string,
  resource: ResourceRow,
): ListSource {
  return {
    select: `${granted("row.id = $3")} SELECT row.* FROM identity.permissions AS row`,
    where: [
      "row.environment_id = $1",
      `row.id IN (SELECT allowed.permission_id FROM granted JOIN identity.role_permissions AS allowed USING (role_id))`,
    ],
    values: [environmentId, membershipId, resource.id],
  };
}

/** The resources right beneath `parent` on which the member has the permission: those that a check would say yes to. */
export function resourcesWith(question: Question, parent: ResourceRow): ListSource {
  return {
    select: `${granted("row.id = $3")},
      inherited AS (SELECT EXISTS (SELECT FROM granted AS given ${allowing("$4")}) AS everywhere),
      here AS (
        SELECT given.resource_id FROM member JOIN identity.role_assignments AS given ON given.membership_id = member.id
        ${allowing("$4")}
        UNION
        SELECT given.resource_id FROM member
        JOIN identity.group_members AS belonging ON belonging.membership_id = member.id
        JOIN identity.group_role_assignments AS given ON given.group_id = belonging.group_id ${allowing("$4")})
      SELECT ${COLUMNS} FROM identity.resources AS row`,
    where: [
      "row.environment_id = $1",
      "row.parent_id = $3",
      "((SELECT everywhere FROM inherited) OR row.id IN (SELECT resource_id FROM here))",
    ],
    values: [question.environmentId, question.membershipId, parent.id, question.permissionSlug],
  };
}

/** The active members who have a permission on a resource: `direct`, by a role on this very one, or anyhow. */
export function membersWith(
  environmentId: string,
  permissionSlug: string,
  resource: ResourceRow,
  direct: boolean,
): ListSource {
  return {
    select: `WITH RECURSIVE ${upwards("row.id = $2", "$5")},
      holders AS (
        SELECT given.membership_id FROM upwards
        JOIN identity.role_assignments AS given ON given.resource_id = upwards.id ${allowing("$4")}
        UNION
        SELECT belonging.membership_id FROM upwards
        JOIN identity.group_role_assignments AS given ON given.resource_id = upwards.id ${allowing("$4")}
        JOIN identity.group_members AS belonging ON belonging.group_id = given.group_id),
      roles AS (
        SELECT given.slug FROM (
          SELECT id AS role_id, slug FROM identity.roles
          WHERE environment_id = $1 AND (organization_id IS NULL OR organization_id = $3)) AS given ${allowing("$4")}
        WHERE EXISTS (SELECT FROM upwards WHERE parent_id IS NULL))
      ${SELECT_MEMBERSHIPS}`,
    where: [
      "row.environment_id = $1",
      "row.organization_id = $3",
      "row.status = 'active'",
      "(row.id IN (SELECT membership_id FROM holders) OR row.role_slugs && ARRAY(SELECT slug FROM roles))",
    ],
    values: [environmentId, resource.id, resource.organization_id, permissionSlug, direct ? 0 : DEPTH_MAX],
  };
}

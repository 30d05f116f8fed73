import { type Database, json, type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { leaveGroups } from "../groups/leave.ts";
import { type MembershipRow, membershipInEvent } from "../users/membership.ts";
import { USER_COLUMNS } from "../users/store.ts";
import { notFound } from "../wire/errors.ts";
import { madeNow } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import type { FullMembershipRow } from "./membership.ts";

// Looked up row by row, so that a page of a list costs what its own rows cost, whatever the planner thinks of the tables.
export const SELECT_MEMBERSHIPS = `SELECT row.*,
    (SELECT name FROM identity.organizations WHERE id = row.organization_id) AS organization_name,
    (SELECT to_json(person) FROM (SELECT ${USER_COLUMNS} FROM identity.users WHERE id = row.user_id) AS person) AS member
  FROM identity.organization_memberships AS row`;
const FIND = sql("membership_find", `${SELECT_MEMBERSHIPS} WHERE row.environment_id = $1 AND row.id = $2`);
const LOCK = sql(
  "membership_lock",
  "SELECT * FROM identity.organization_memberships WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const LOCK_OF = sql(
  "membership_lock_of",
  `SELECT * FROM identity.organization_memberships WHERE environment_id = $1 AND user_id = $2 AND organization_id = $3
   FOR UPDATE`,
);
const INSERT = sql(
  "membership_insert",
  `INSERT INTO identity.organization_memberships
     (id, environment_id, user_id, organization_id, status, role_slugs, directory_managed, custom_attributes, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (user_id, organization_id) DO NOTHING RETURNING *`,
);
const UPDATE = sql(
  "membership_update",
  `UPDATE identity.organization_memberships SET status = $3, role_slugs = $4, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const DELETE = sql(
  "membership_delete",
  "DELETE FROM identity.organization_memberships WHERE environment_id = $1 AND id = $2 RETURNING *",
);

export function memberships(
  environmentId: string,
  filter: { userId: string | undefined; organizationId: string | undefined; statuses: readonly string[] },
): ListSource {
  const values: ListSource["values"] = [environmentId, filter.statuses];
  const where = ["row.environment_id = $1", "row.status = ANY ($2)"];
  if (filter.userId) where.push(`row.user_id = $${values.push(filter.userId)}`);
  if (filter.organizationId) where.push(`row.organization_id = $${values.push(filter.organizationId)}`);
  return { select: SELECT_MEMBERSHIPS, where, values };
}

export async function getMembership(
  db: Database,
  environmentId: string,
  id: string,
): Promise<FullMembershipRow> {
  const [row] = await db.query<FullMembershipRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Organization Membership", id);
  return row;
}

/** A membership that stays as it is until the transaction ends. */
export async function lockMembership(run: Run, environmentId: string, id: string): Promise<MembershipRow> {
  const [row] = await run<MembershipRow>(LOCK, [environmentId, id]);
  if (!row) throw notFound("Organization Membership", id);
  return row;
}

export async function lockMembershipOf(
  run: Run,
  environmentId: string,
  userId: string,
  organizationId: string,
): Promise<MembershipRow | null> {
  return (await run<MembershipRow>(LOCK_OF, [environmentId, userId, organizationId]))[0] ?? null;
}

type NewMembership = Pick<MembershipRow, "user_id" | "organization_id" | "status" | "role_slugs"> &
  Partial<Pick<MembershipRow, "directory_managed" | "custom_attributes">>;

/** A new membership, with its event. Null where the user has one in this organization already. */
export async function insertMembership(
  run: Run,
  environmentId: string,
  wanted: NewMembership,
  { id, createdAt, updatedAt } = madeNow("om"),
): Promise<MembershipRow | null> {
  const { user_id, organization_id, status, role_slugs, directory_managed, custom_attributes } = wanted;
  const values = [
    id,
    environmentId,
    user_id,
    organization_id,
    status,
    role_slugs,
    directory_managed ?? false,
    json(custom_attributes ?? {}),
    createdAt,
    updatedAt,
  ];
  const [row] = await run<MembershipRow>(INSERT, values);
  if (row) await tell(run, environmentId, "created", row);
  return row ?? null;
}

/** Changes a membership that the transaction has locked, with its event. */
export async function updateMembership(
  run: Run,
  environmentId: string,
  { id, status, role_slugs }: Pick<MembershipRow, "id" | "status" | "role_slugs">,
): Promise<MembershipRow> {
  const [row] = await run<MembershipRow>(UPDATE, [environmentId, id, status, role_slugs]);
  if (!row) throw notFound("Organization Membership", id);
  await tell(run, environmentId, "updated", row);
  return row;
}

export async function deleteMembership(run: Run, environmentId: string, id: string): Promise<MembershipRow> {
  await leaveGroups(run, environmentId, [id]);
  const [row] = await run<MembershipRow>(DELETE, [environmentId, id]);
  if (!row) throw notFound("Organization Membership", id);
  await tell(run, environmentId, "deleted", row);
  return row;
}

async function tell(
  run: Run,
  environmentId: string,
  what: "created" | "updated" | "deleted",
  row: MembershipRow,
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `organization_membership.${what}`,
    data: membershipInEvent(row),
    organizationId: row.organization_id,
  });
}

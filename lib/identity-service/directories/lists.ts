import { type Database, sql } from "../db.ts";
import { notFound } from "../wire/errors.ts";
import type { ListSource } from "../wire/pagination.ts";
import { spend } from "../wire/rate-limit.ts";
import type { DirectoryGroupRow } from "./groups.ts";
import type { DirectoryUserWithGroups } from "./users.ts";

const WITH_GROUPS = `SELECT row.*, coalesce((
    SELECT json_agg(g ORDER BY g.id) FROM identity.directory_members AS m
    JOIN identity.directory_groups AS g ON g.id = m.group_id WHERE m.user_id = row.id), '[]') AS groups`;
const USERS = `${WITH_GROUPS} FROM identity.directory_users AS row`;
// From the members, in their order: a large directory is not searched for those who are in a group.
const USERS_IN_GROUP = `${WITH_GROUPS} FROM identity.directory_members AS member
  CROSS JOIN LATERAL (SELECT * FROM identity.directory_users AS u WHERE u.id = member.user_id LIMIT 1) AS row`;
const GROUPS = "SELECT row.* FROM identity.directory_groups AS row";
const GROUPS_OF_USER = `SELECT row.* FROM identity.directory_members AS member
  CROSS JOIN LATERAL (SELECT * FROM identity.directory_groups AS g WHERE g.id = member.group_id LIMIT 1) AS row`;

const FIND_USER = sql(
  "directory_user_find",
  `${USERS} WHERE row.environment_id = $1 AND row.id = $2 AND row.withdrawn_at IS NULL`,
);
const FIND_GROUP = sql("directory_group_find", `${GROUPS} WHERE row.environment_id = $1 AND row.id = $2`);
const HAS_DIRECTORY = sql(
  "directory_exists",
  `SELECT id, settings -> 'rate_limit' = 'true' AS limited FROM identity.directories
   WHERE environment_id = $1 AND id = $2`,
);
const HAS_USER = sql(
  "directory_user_exists",
  "SELECT id FROM identity.directory_users WHERE environment_id = $1 AND id = $2 AND withdrawn_at IS NULL",
);
const HAS_GROUP = sql(
  "directory_group_exists",
  "SELECT id FROM identity.directory_groups WHERE environment_id = $1 AND id = $2",
);

export async function getDirectoryUser(
  db: Database,
  environmentId: string,
  id: string,
): Promise<DirectoryUserWithGroups> {
  const [row] = await db.query<DirectoryUserWithGroups>(environmentId, FIND_USER, [environmentId, id]);
  if (!row) throw notFound("Directory User", id);
  return row;
}

export async function getDirectoryGroup(
  db: Database,
  environmentId: string,
  id: string,
): Promise<DirectoryGroupRow> {
  const [row] = await db.query<DirectoryGroupRow>(environmentId, FIND_GROUP, [environmentId, id]);
  if (!row) throw notFound("Directory Group", id);
  return row;
}

interface UserFilter {
  directoryId: string | undefined;
  groupId: string | undefined;
  idpId: string | undefined;
  email: string | undefined;
}

// As in the cloud.
const USER_LISTS = { count: 4, windowMs: 1_000 };

/** @throws 404 for a directory or group that is not there: an empty list would say that it is; 429 where one is limited. */
export async function directoryUsers(
  db: Database,
  environmentId: string,
  filter: UserFilter,
): Promise<ListSource> {
  const directory = await requireDirectory(db, environmentId, filter.directoryId);
  if (directory?.limited) await spend(db, environmentId, `directory_users:${directory.id}`, USER_LISTS);
  const where = ["row.environment_id = $1", "row.withdrawn_at IS NULL"];
  const values: ListSource["values"] = [environmentId];
  if (filter.directoryId) where.push(`row.directory_id = $${values.push(filter.directoryId)}`);
  if (filter.idpId) where.push(`row.idp_id = $${values.push(filter.idpId)}`);
  if (filter.email) where.push(`row.email_key = $${values.push(filter.email.toLowerCase())}`);
  if (!filter.groupId) return { select: USERS, where, values };
  const group = await db.query(environmentId, HAS_GROUP, [environmentId, filter.groupId]);
  if (group.length === 0) throw notFound("Directory Group", filter.groupId);
  where.push(`member.group_id = $${values.push(filter.groupId)}`);
  return { select: USERS_IN_GROUP, where, values, key: "member.user_id" };
}

/** @throws 404 for a directory or user that is not there. */
export async function directoryGroups(
  db: Database,
  environmentId: string,
  filter: { directoryId: string | undefined; userId: string | undefined },
): Promise<ListSource> {
  await requireDirectory(db, environmentId, filter.directoryId);
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  if (filter.directoryId) where.push(`row.directory_id = $${values.push(filter.directoryId)}`);
  if (!filter.userId) return { select: GROUPS, where, values };
  const user = await db.query(environmentId, HAS_USER, [environmentId, filter.userId]);
  if (user.length === 0) throw notFound("Directory User", filter.userId);
  where.push(`member.user_id = $${values.push(filter.userId)}`);
  return { select: GROUPS_OF_USER, where, values, key: "member.group_id" };
}

async function requireDirectory(
  db: Database,
  environmentId: string,
  id: string | undefined,
): Promise<{ id: string; limited: boolean | null } | null> {
  if (!id) return null;
  const [found] = await db.query<{ id: string; limited: boolean | null }>(environmentId, HAS_DIRECTORY, [
    environmentId,
    id,
  ]);
  if (!found) throw notFound("Directory", id);
  return found;
}

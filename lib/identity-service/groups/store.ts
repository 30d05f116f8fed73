import { isDeepStrictEqual } from "node:util";
import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type ChangeGroup, type CreateGroup, type GroupRow, groupToWire } from "./group.ts";

/** Which group is meant: one of this organization, or none. */
export interface GroupPlace {
  environmentId: string;
  organizationId: string;
  groupId: string;
}

const FIND = sql(
  "group_find",
  "SELECT * FROM identity.groups WHERE environment_id = $1 AND organization_id = $2 AND id = $3",
);
const LOCK = sql("group_lock", `${FIND.text} FOR UPDATE`);
const INSERT = sql(
  "group_insert",
  `INSERT INTO identity.groups (id, environment_id, organization_id, name, description, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING *`,
);
const UPDATE = sql(
  "group_update",
  `UPDATE identity.groups SET name = $3, description = $4, updated_at = now() WHERE environment_id = $1 AND id = $2
   RETURNING *`,
);
const DELETE = sql("group_delete", "DELETE FROM identity.groups WHERE environment_id = $1 AND id = $2");

const SELECT = "SELECT row.* FROM identity.groups AS row";

export function groups(environmentId: string, organizationId: string): ListSource {
  return {
    select: SELECT,
    where: ["row.environment_id = $1", "row.organization_id = $2"],
    values: [environmentId, organizationId],
  };
}

/** The groups that a member is in. */
export function groupsOfMember(environmentId: string, membershipId: string): ListSource {
  return {
    select: `${SELECT} JOIN identity.group_members AS member ON member.group_id = row.id`,
    where: ["row.environment_id = $1", "member.membership_id = $2"],
    values: [environmentId, membershipId],
    key: "member.group_id",
  };
}

export async function getGroup(
  db: Database,
  { environmentId, organizationId, groupId }: GroupPlace,
): Promise<GroupRow> {
  const values = [environmentId, organizationId, groupId];
  const [row] = await db.query<GroupRow>(environmentId, FIND, values);
  if (!row) throw notFound("Group", groupId);
  return row;
}

/** A group that stays as it is until the transaction ends. */
export async function lockGroup(
  run: Run,
  { environmentId, organizationId, groupId }: GroupPlace,
): Promise<GroupRow> {
  const [row] = await run<GroupRow>(LOCK, [environmentId, organizationId, groupId]);
  if (!row) throw notFound("Group", groupId);
  return row;
}

export async function createGroup(
  db: Database,
  { environmentId, organizationId }: Omit<GroupPlace, "groupId">,
  { name, description = null }: CreateGroup,
): Promise<GroupRow> {
  const id = newId("group");
  return await db.transaction(environmentId, async (run) => {
    await requireOrganization(run, environmentId, organizationId);
    const values = [id, environmentId, organizationId, name, description, createdAt(id)];
    const [row] = await run<GroupRow>(INSERT, values);
    if (!row) throw notFound("Group", id);
    await tell(run, environmentId, "created", row);
    return row;
  });
}

export async function changeGroup(db: Database, place: GroupPlace, change: ChangeGroup): Promise<GroupRow> {
  return await db.transaction(place.environmentId, async (run) => {
    const before = await lockGroup(run, place);
    const { name = before.name, description = before.description } = change;
    if (isDeepStrictEqual([name, description], [before.name, before.description])) return before;
    const [row] = await run<GroupRow>(UPDATE, [place.environmentId, place.groupId, name, description]);
    if (!row) throw notFound("Group", place.groupId);
    await tell(run, place.environmentId, "updated", row);
    return row;
  });
}

export async function removeGroup(db: Database, place: GroupPlace): Promise<void> {
  await db.transaction(place.environmentId, async (run) => {
    const row = await lockGroup(run, place);
    await run(DELETE, [place.environmentId, place.groupId]);
    await tell(run, place.environmentId, "deleted", row);
  });
}

const DROP = sql(
  "groups_drop",
  "DELETE FROM identity.groups WHERE environment_id = $1 AND organization_id = $2 RETURNING *",
);

/** Removes every group of an organization, each with its event. */
export async function dropGroups(run: Run, environmentId: string, organizationId: string): Promise<void> {
  for (const row of await run<GroupRow>(DROP, [environmentId, organizationId]))
    await tell(run, environmentId, "deleted", row);
}

async function tell(
  run: Run,
  environmentId: string,
  what: "created" | "updated" | "deleted",
  row: GroupRow,
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `group.${what}`,
    data: groupToWire(row),
    organizationId: row.organization_id,
  });
}

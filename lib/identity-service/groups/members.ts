import { type Database, type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { SELECT_MEMBERSHIPS } from "../memberships/store.ts";
import { notFound } from "../wire/errors.ts";
import type { ListSource } from "../wire/pagination.ts";
import type { GroupRow } from "./group.ts";
import { type GroupPlace, lockGroup } from "./store.ts";

const MEMBERSHIP = sql(
  "group_membership",
  `SELECT id FROM identity.organization_memberships WHERE environment_id = $1 AND organization_id = $2 AND id = $3
   FOR KEY SHARE`,
);
const ADD = sql(
  "group_member_add",
  `INSERT INTO identity.group_members (environment_id, group_id, membership_id) VALUES ($1, $2, $3)
   ON CONFLICT DO NOTHING RETURNING membership_id`,
);
const REMOVE = sql(
  "group_member_remove",
  `DELETE FROM identity.group_members WHERE environment_id = $1 AND group_id = $2 AND membership_id = $3
   RETURNING membership_id`,
);

export function membersOfGroup({ environmentId, groupId }: GroupPlace): ListSource {
  return {
    select: `${SELECT_MEMBERSHIPS} JOIN identity.group_members AS member ON member.membership_id = row.id`,
    where: ["row.environment_id = $1", "member.group_id = $2"],
    values: [environmentId, groupId],
    key: "member.membership_id",
  };
}

/** Puts a member of the organization into a group of its. Once more changes nothing. */
export async function addGroupMember(
  db: Database,
  place: GroupPlace,
  membershipId: string,
): Promise<GroupRow> {
  const { environmentId, organizationId, groupId } = place;
  return await db.transaction(environmentId, async (run) => {
    const group = await lockGroup(run, place);
    const known = await run(MEMBERSHIP, [environmentId, organizationId, membershipId]);
    if (known.length === 0) throw notFound("Organization Membership", membershipId);
    const added = await run(ADD, [environmentId, groupId, membershipId]);
    if (added.length > 0) await tell(run, place, "member_added", membershipId);
    return group;
  });
}

export async function removeGroupMember(
  db: Database,
  place: GroupPlace,
  membershipId: string,
): Promise<void> {
  await db.transaction(place.environmentId, async (run) => {
    await lockGroup(run, place);
    const removed = await run(REMOVE, [place.environmentId, place.groupId, membershipId]);
    if (removed.length === 0) throw notFound("Organization Membership", membershipId);
    await tell(run, place, "member_removed", membershipId);
  });
}

async function tell(
  run: Run,
  { environmentId, organizationId, groupId }: GroupPlace,
  what: "member_added" | "member_removed",
  membershipId: string,
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `group.${what}`,
    data: { group_id: groupId, organization_membership_id: membershipId },
    organizationId,
  });
}

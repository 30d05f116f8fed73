import { type Run, sql } from "../db.ts";
import { eventRow, recordEvents } from "../events/record.ts";

interface Left {
  group_id: string;
  membership_id: string;
  organization_id: string;
}

const LEAVE = sql(
  "groups_leave",
  `DELETE FROM identity.group_members AS member USING identity.groups AS of_group
   WHERE member.environment_id = $1 AND member.membership_id = ANY ($2) AND of_group.id = member.group_id
   RETURNING member.group_id, member.membership_id, of_group.organization_id`,
);

/** Takes memberships that are about to end out of their groups, each with its event. */
export async function leaveGroups(
  run: Run,
  environmentId: string,
  membershipIds: readonly string[],
): Promise<void> {
  if (membershipIds.length === 0) return;
  const left = await run<Left>(LEAVE, [environmentId, membershipIds]);
  const events = left.map(({ group_id, membership_id, organization_id }) =>
    eventRow(environmentId, membership_id, {
      event: "group.member_removed",
      data: { group_id, organization_membership_id: membership_id },
      organizationId: organization_id,
    }),
  );
  await recordEvents(run, events);
}

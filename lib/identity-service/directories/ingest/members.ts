import { sql } from "../../db.ts";
import { recordEvents } from "../../events/record.ts";
import type { DirectoryGroupRow } from "../groups.ts";
import { assignRoles } from "../roles.ts";
import type { DirectoryUserRow } from "../users.ts";
import { byId, directoryEvent, type Ingest, inBites } from "./ingest.ts";
import { membership } from "./membership.ts";

/** Which members a group gets and loses; ids are of directory users. */
export interface MemberChange {
  add?: readonly string[];
  remove?: readonly string[] | "all";
}

// Whoever changes a group's members has the group to themselves: two changes at once happen one after the other.
const TOUCH = sql(
  "directory_group_touch",
  `UPDATE identity.directory_groups SET version = version + 1, updated_at = $4
   WHERE environment_id = $1 AND directory_id = $2 AND id = $3 RETURNING *`,
);
const LOCK = sql(
  "directory_group_lock",
  `SELECT * FROM identity.directory_groups WHERE environment_id = $1 AND directory_id = $2 AND id = $3 FOR UPDATE`,
);
const ADD = sql(
  "directory_members_add",
  `INSERT INTO identity.directory_members (environment_id, group_id, user_id)
   SELECT $1, $3, u.id FROM ${byId("$4")} WHERE u.environment_id = $1 AND u.directory_id = $2
   ON CONFLICT DO NOTHING RETURNING user_id`,
);
const REMOVE = sql(
  "directory_members_remove",
  `DELETE FROM identity.directory_members WHERE group_id = $2 AND user_id = ANY ($3)
     AND environment_id IS NOT DISTINCT FROM $1 RETURNING user_id`,
);
const REMOVE_ALL_BUT = sql(
  "directory_members_remove_all_but",
  `DELETE FROM identity.directory_members AS m WHERE m.environment_id = $1 AND m.group_id = $2
     AND NOT EXISTS (SELECT FROM unnest($3::text[]) AS kept(id) WHERE kept.id = m.user_id)
   RETURNING user_id`,
);
const MISSING = sql(
  "directory_members_missing",
  `SELECT wanted.id FROM unnest($3::text[]) AS wanted(id) WHERE (
     SELECT u.id FROM identity.directory_users AS u WHERE u.id = wanted.id
       AND u.environment_id = $1 AND u.directory_id = $2) IS NULL LIMIT 1`,
);
const USERS = sql(
  "directory_members_users",
  `SELECT u.* FROM ${byId("$3")} WHERE u.environment_id = $1 AND u.directory_id = $2 ORDER BY u.id`,
);
/**
 * Changes who is in a group, and reads no other members for it. Null where there is no such group; `unknown` names a
 * user to be added that the directory does not have. Call it in a transaction.
 */
export async function changeMembers(
  ingest: Ingest,
  groupId: string,
  change: MemberChange,
): Promise<{ group: DirectoryGroupRow; unknown: string | null } | null> {
  const { run, directory, now } = ingest;
  const scope = [directory.environment_id, directory.id] as const;
  const [locked] = await run<DirectoryGroupRow>(LOCK, [...scope, groupId]);
  if (!locked) return null;
  const added = new Set(change.add ?? []);
  const [missing] = added.size === 0 ? [] : await run<{ id: string }>(MISSING, [...scope, [...added]]);
  if (missing) return { group: locked, unknown: missing.id };
  const lost = await loseMembers(ingest, groupId, added, change.remove ?? []);
  const won: string[] = [];
  for (const bite of inBites([...added], 5_000))
    for (const { user_id } of await run<{ user_id: string }>(ADD, [...scope, groupId, bite]))
      won.push(user_id);
  if (won.length === 0 && lost.length === 0) return { group: locked, unknown: null };
  const [group = locked] = await run<DirectoryGroupRow>(TOUCH, [...scope, groupId, now]);
  await assignRoles(ingest, [...won, ...lost]);
  await tell(ingest, group, "dsync.group.user_removed", lost);
  await tell(ingest, group, "dsync.group.user_added", won);
  return { group, unknown: null };
}

async function loseMembers(
  { run, directory }: Ingest,
  groupId: string,
  added: ReadonlySet<string>,
  remove: readonly string[] | "all",
): Promise<string[]> {
  if (remove === "all") {
    const gone = await run<{ user_id: string }>(REMOVE_ALL_BUT, [
      directory.environment_id,
      groupId,
      [...added],
    ]);
    return gone.map(({ user_id }) => user_id);
  }
  const gone: string[] = [];
  for (const bite of inBites(
    remove.filter((id) => !added.has(id)),
    5_000,
  ))
    for (const { user_id } of await run<{ user_id: string }>(REMOVE, [
      directory.environment_id,
      groupId,
      bite,
    ]))
      gone.push(user_id);
  return gone;
}

async function tell(
  { run, directory }: Ingest,
  group: DirectoryGroupRow,
  event: string,
  userIds: readonly string[],
): Promise<void> {
  for (const bite of inBites(userIds)) {
    const users = await run<DirectoryUserRow>(USERS, [directory.environment_id, directory.id, bite]);
    const heard = users.filter(({ withdrawn_at }) => withdrawn_at === null);
    await recordEvents(
      run,
      heard.map((user) => directoryEvent(directory, user.id, event, membership(group, user))),
    );
  }
}

import { sql } from "../../db.ts";
import { type DirectoryGroupRow, directoryGroupToWire } from "../groups.ts";
import { type DirectoryUserRow, directoryUserInEvent } from "../users.ts";
import { directoryEvent, type Ingest } from "./ingest.ts";

const GROUPS_OF = sql(
  "directory_members_groups_of",
  `SELECT g.* FROM identity.directory_members AS m JOIN identity.directory_groups AS g ON g.id = m.group_id
   WHERE m.environment_id = $1 AND m.user_id = $2 ORDER BY g.id`,
);

/** What is told of a user who came into a group, or left it. */
export function membership(group: DirectoryGroupRow, user: DirectoryUserRow) {
  return {
    directory_id: group.directory_id,
    user: directoryUserInEvent(user),
    group: directoryGroupToWire(group),
  };
}

/** That a user who comes anew is in groups already. */
export async function membershipEvents({ run, directory }: Ingest, user: DirectoryUserRow) {
  const groups = await run<DirectoryGroupRow>(GROUPS_OF, [directory.environment_id, user.id]);
  return groups.map((group) =>
    directoryEvent(directory, user.id, "dsync.group.user_added", membership(group, user)),
  );
}

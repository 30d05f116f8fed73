import { sql } from "../db.ts";
import { byId, type Ingest, inBites } from "./ingest/ingest.ts";
import { writeUsers } from "./ingest/users.ts";
import type { DirectoryUserRow } from "./users.ts";

// Those whose groups say another role than they have.
const CHANGED = sql(
  "directory_roles_changed",
  `SELECT u.*, wanted.slugs FROM ${byId("$3")} CROSS JOIN LATERAL (
     SELECT coalesce(array_agg(by_role.slug ORDER BY by_role.priority DESC, by_role.slug), '{}') AS slugs FROM (
       SELECT mapping.role_slug AS slug, max(mapping.priority) AS priority
       FROM identity.directory_members AS m JOIN identity.directory_role_mappings AS mapping ON mapping.group_id = m.group_id
       WHERE m.user_id = u.id GROUP BY mapping.role_slug) AS by_role) AS wanted
   WHERE u.environment_id = $1 AND u.directory_id = $2 AND u.role_slugs <> wanted.slugs
   ORDER BY u.id`,
);

/** Gives users the roles that their groups say. Call it in the transaction that changed groups or mappings. */
export async function assignRoles(ingest: Ingest, userIds: readonly string[]): Promise<void> {
  const { run, directory } = ingest;
  for (const bite of inBites(userIds)) {
    for (;;) {
      const changed = await run<DirectoryUserRow & { slugs: string[] }>(CHANGED, [
        directory.environment_id,
        directory.id,
        bite,
      ]);
      if (changed.length === 0) break;
      await writeUsers(
        ingest,
        changed.map(({ slugs, ...before }) => ({
          before,
          after: { ...before, role_slugs: slugs, version: before.version + 1, updated_at: ingest.now },
        })),
      );
    }
  }
}

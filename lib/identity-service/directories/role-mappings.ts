import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { iso } from "../wire/time.ts";
import type { DirectoryRow } from "./directory.ts";
import { into } from "./ingest/ingest.ts";
import { assignRoles } from "./roles.ts";

export const CreateRoleMapping = z.strictObject({
  group_id: z.string(),
  role_slug: z.string(),
  /** Of several roles that somebody's groups give, the one with the highest comes first. */
  priority: z.int().min(-1_000_000).max(1_000_000).default(0),
});

export interface RoleMappingRow {
  id: string;
  directory_id: string;
  group_id: string;
  group_name: string;
  role_slug: string;
  priority: number;
  created_at: Date;
}

const SELECT = `SELECT row.*, g.name AS group_name FROM identity.directory_role_mappings AS row
  JOIN identity.directory_groups AS g ON g.id = row.group_id`;
const FIND = sql("directory_role_mapping_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);
const KNOWN = sql(
  "directory_role_mapping_known",
  `SELECT EXISTS (SELECT FROM identity.directory_groups WHERE environment_id = $1 AND directory_id = $2 AND id = $3) AS has_group,
     EXISTS (SELECT FROM identity.roles WHERE environment_id = $1 AND slug = $4
       AND (organization_id IS NULL OR organization_id = $5)) AS has_role`,
);
const INSERT = sql(
  "directory_role_mapping_insert",
  `INSERT INTO identity.directory_role_mappings (id, environment_id, directory_id, group_id, role_slug, priority, created_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (group_id, role_slug) DO NOTHING RETURNING id`,
);
const DELETE = sql(
  "directory_role_mapping_delete",
  `DELETE FROM identity.directory_role_mappings WHERE environment_id = $1 AND directory_id = $2 AND id = $3
   RETURNING group_id`,
);
const MEMBERS = sql(
  "directory_role_mapping_members",
  "SELECT user_id FROM identity.directory_members WHERE environment_id = $1 AND group_id = $2",
);

export function roleMappings({ environment_id, id }: DirectoryRow): ListSource {
  return {
    select: SELECT,
    where: ["row.environment_id = $1", "row.directory_id = $2"],
    values: [environment_id, id],
  };
}

/** Who is in the group has the role from now on. */
export async function createRoleMapping(
  { db, clock }: Service,
  directory: DirectoryRow,
  wanted: z.infer<typeof CreateRoleMapping>,
): Promise<RoleMappingRow> {
  const { environment_id, organization_id, id: directoryId } = directory;
  const { group_id, role_slug, priority } = wanted;
  const id = newId("directory_role_mapping");
  await db.transaction(environment_id, async (run) => {
    const asked = [environment_id, directoryId, group_id, role_slug, organization_id];
    const [known] = await run<{ has_group: boolean; has_role: boolean }>(KNOWN, asked);
    if (!known?.has_group) throw notFound("Directory Group", group_id);
    if (!known.has_role) throw notFound("Role", role_slug);
    const values = [id, environment_id, directoryId, group_id, role_slug, priority, createdAt(id)];
    const made = await run(INSERT, values);
    if (made.length === 0)
      throw refused(409, "The group has this role already.", "directory_role_mapping_already_exists");
    await assignToMembers(run, directory, group_id, clock());
  });
  return await getRoleMapping(db, environment_id, id);
}

export async function removeRoleMapping(
  { db, clock }: Service,
  directory: DirectoryRow,
  id: string,
): Promise<void> {
  const { environment_id } = directory;
  await db.transaction(environment_id, async (run) => {
    const [gone] = await run<{ group_id: string }>(DELETE, [environment_id, directory.id, id]);
    if (!gone) throw notFound("Directory Role Mapping", id);
    await assignToMembers(run, directory, gone.group_id, clock());
  });
}

export function roleMappingToWire(row: RoleMappingRow) {
  return {
    object: "directory_role_mapping" as const,
    id: row.id,
    directory_id: row.directory_id,
    group_id: row.group_id,
    group_name: row.group_name,
    role_slug: row.role_slug,
    priority: row.priority,
    created_at: iso(row.created_at),
  };
}

async function getRoleMapping(db: Database, environmentId: string, id: string): Promise<RoleMappingRow> {
  const [row] = await db.query<RoleMappingRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Directory Role Mapping", id);
  return row;
}

async function assignToMembers(run: Run, directory: DirectoryRow, groupId: string, now: Date): Promise<void> {
  const members = await run<{ user_id: string }>(MEMBERS, [directory.environment_id, groupId]);
  await assignRoles(
    into(directory, run, now),
    members.map(({ user_id }) => user_id),
  );
}

import type { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { iso } from "../wire/time.ts";
import { ChangeRole, CreateRole } from "./role.ts";

// A permission is described as a role is: by slug, name, description and the type of resource it is about.
export const CreatePermission = CreateRole;
export const ChangePermission = ChangeRole;

export interface PermissionRow {
  id: string;
  slug: string;
  name: string;
  description: string | null;
  system: boolean;
  resource_type_slug: string;
  created_at: Date;
  updated_at: Date;
}

const FIND = sql(
  "permission_find",
  "SELECT * FROM identity.permissions WHERE environment_id = $1 AND slug = $2",
);
const INSERT = sql(
  "permission_insert",
  `INSERT INTO identity.permissions (id, environment_id, slug, name, description, resource_type_slug, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING RETURNING *`,
);
const UPDATE = sql(
  "permission_update",
  `UPDATE identity.permissions SET name = coalesce($3, name), description = CASE WHEN $4 THEN $5 ELSE description END, updated_at = now()
   WHERE environment_id = $1 AND slug = $2 RETURNING *`,
);
const DELETE = sql(
  "permission_delete",
  "DELETE FROM identity.permissions WHERE environment_id = $1 AND slug = $2 RETURNING *",
);

export function permissions(environmentId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.permissions AS row",
    where: ["row.environment_id = $1"],
    values: [environmentId],
  };
}

export async function getPermission(
  db: Database,
  environmentId: string,
  slug: string,
): Promise<PermissionRow> {
  const [row] = await db.query<PermissionRow>(environmentId, FIND, [environmentId, slug]);
  if (!row) throw notFound("Permission", slug);
  return row;
}

export async function createPermission(
  db: Database,
  environmentId: string,
  wanted: z.infer<typeof CreatePermission>,
): Promise<PermissionRow> {
  const id = newId("perm");
  return await db.transaction(environmentId, async (run) => {
    const [row] = await run<PermissionRow>(INSERT, [
      id,
      environmentId,
      wanted.slug,
      wanted.name,
      wanted.description ?? null,
      wanted.resource_type_slug ?? "organization",
      createdAt(id),
    ]);
    if (!row)
      throw refused(
        409,
        `A permission with the slug '${wanted.slug}' already exists.`,
        "permission_slug_conflict",
      );
    return await told(run, environmentId, "created", row);
  });
}

export async function changePermission(
  db: Database,
  environmentId: string,
  slug: string,
  change: z.infer<typeof ChangePermission>,
): Promise<PermissionRow> {
  return await db.transaction(environmentId, async (run) => {
    const description = change.description ?? null;
    const values = [environmentId, slug, change.name ?? null, change.description !== undefined, description];
    const [row] = await run<PermissionRow>(UPDATE, values);
    if (!row) throw notFound("Permission", slug);
    return await told(run, environmentId, "updated", row);
  });
}

/** Roles that had the permission have it no more. */
export async function removePermission(db: Database, environmentId: string, slug: string): Promise<void> {
  await db.transaction(environmentId, async (run) => {
    const [row] = await run<PermissionRow>(DELETE, [environmentId, slug]);
    if (!row) throw notFound("Permission", slug);
    await told(run, environmentId, "deleted", row);
  });
}

export function permissionToWire(row: PermissionRow) {
  return {
    object: "permission" as const,
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    system: row.system,
    resource_type_slug: row.resource_type_slug,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

async function told(
  run: Run,
  environmentId: string,
  what: "created" | "updated" | "deleted",
  row: PermissionRow,
): Promise<PermissionRow> {
  await recordEvent(run, environmentId, {
    event: `permission.${what}`,
    data: permissionToWire(row),
    organizationId: null,
  });
  return row;
}

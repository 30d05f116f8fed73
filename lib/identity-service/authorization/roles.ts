import { randomBytes } from "node:crypto";
import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ChangeRole, CreateRole, RoleRow } from "./role.ts";
import { roleEvent } from "./role.ts";

/** Whose roles are meant: the environment's own, or one organization's. */
export interface RoleOwner {
  environmentId: string;
  organizationId: string | null;
}

const SELECT = `SELECT row.*, ARRAY(
    SELECT permission.slug FROM identity.role_permissions AS granted
    JOIN identity.permissions AS permission ON permission.id = granted.permission_id
    WHERE granted.role_id = row.id ORDER BY permission.slug) AS permissions
  FROM identity.roles AS row`;
// An organization has the environment's roles, and its own behind them.
const LIST = sql(
  "roles_list",
  `${SELECT} WHERE row.environment_id = $1 AND (row.organization_id IS NULL OR row.organization_id = $2)
   ORDER BY row.organization_id NULLS FIRST, row.priority DESC, row.id LIMIT 1000`,
);
const FIND = sql(
  "role_find",
  `${SELECT} WHERE row.environment_id = $1 AND row.organization_id IS NOT DISTINCT FROM $2 AND row.slug = $3`,
);
const FIND_USABLE = sql(
  "role_find_usable",
  `${SELECT} WHERE row.environment_id = $1 AND (row.organization_id IS NULL OR row.organization_id = $2) AND row.slug = $3`,
);
const LOCK = sql(
  "role_lock",
  `SELECT id FROM identity.roles WHERE environment_id = $1 AND organization_id IS NOT DISTINCT FROM $2 AND slug = $3 FOR UPDATE`,
);
// A slug means one thing within an organization: neither kind of role may take the other's.
const TAKEN = sql(
  "role_slug_taken",
  `SELECT id FROM identity.roles WHERE environment_id = $1 AND slug = $3
     AND ($2::text IS NULL OR organization_id IS NULL OR organization_id = $2)`,
);
const INSERT = sql(
  "role_insert",
  `INSERT INTO identity.roles (id, environment_id, organization_id, slug, name, description, resource_type_slug, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING id`,
);
const UPDATE = sql(
  "role_update",
  `UPDATE identity.roles SET name = coalesce($3, name), description = CASE WHEN $4 THEN $5 ELSE description END, updated_at = now()
   WHERE environment_id = $1 AND id = $2`,
);
const TOUCH = sql(
  "role_touch",
  "UPDATE identity.roles SET updated_at = now() WHERE environment_id = $1 AND id = $2",
);
const DELETE = sql("role_delete", "DELETE FROM identity.roles WHERE environment_id = $1 AND id = $2");
const HELD = sql(
  "role_held",
  `SELECT EXISTS (SELECT FROM identity.organization_memberships WHERE environment_id = $1 AND organization_id = $2
       AND $3 = ANY (role_slugs))
     OR EXISTS (SELECT FROM identity.role_assignments WHERE environment_id = $1 AND role_id = $4)
     OR EXISTS (SELECT FROM identity.group_role_assignments WHERE environment_id = $1 AND role_id = $4) AS held`,
);
const ORGANIZATION = sql(
  "role_organization",
  "SELECT id FROM identity.organizations WHERE environment_id = $1 AND id = $2",
);
const GRANT = sql(
  "role_grant",
  `INSERT INTO identity.role_permissions (environment_id, role_id, permission_id)
   SELECT $1, $2, id FROM identity.permissions WHERE environment_id = $1 AND slug = ANY ($3) ON CONFLICT DO NOTHING`,
);
const REVOKE = sql(
  "role_revoke",
  `DELETE FROM identity.role_permissions AS granted USING identity.permissions AS permission
   WHERE permission.id = granted.permission_id AND granted.environment_id = $1 AND granted.role_id = $2 AND permission.slug = ANY ($3)`,
);
const REVOKE_OTHERS = sql(
  "role_revoke_others",
  `DELETE FROM identity.role_permissions AS granted USING identity.permissions AS permission
   WHERE permission.id = granted.permission_id AND granted.environment_id = $1 AND granted.role_id = $2 AND permission.slug <> ALL ($3)`,
);
const KNOWN = sql(
  "permission_slugs_known",
  "SELECT slug FROM identity.permissions WHERE environment_id = $1 AND slug = ANY ($2)",
);

/** @throws WireError 404 for an organization that the environment does not have. */
export async function requireOrganization(
  db: Database,
  environmentId: string,
  organizationId: string,
): Promise<RoleOwner> {
  const found = await db.query(environmentId, ORGANIZATION, [environmentId, organizationId]);
  if (found.length === 0) throw notFound("Organization", organizationId);
  return { environmentId, organizationId };
}

export async function listRoles(db: Database, owner: RoleOwner): Promise<RoleRow[]> {
  return await db.query<RoleRow>(owner.environmentId, LIST, [owner.environmentId, owner.organizationId]);
}

/** A role that can be used here: an organization finds the environment's roles too. */
export async function getRole(db: Database, owner: RoleOwner, slug: string): Promise<RoleRow> {
  const values = [owner.environmentId, owner.organizationId, slug];
  const [row] = await db.query<RoleRow>(owner.environmentId, FIND_USABLE, values);
  if (!row) throw notFound("Role", slug);
  return row;
}

export async function createRole(
  db: Database,
  owner: RoleOwner,
  wanted: Omit<CreateRole, "slug"> & { slug?: string | undefined },
): Promise<RoleRow> {
  const { environmentId, organizationId } = owner;
  const slug = wanted.slug ?? slugOf(wanted.name);
  const id = newId("role");
  return await db.transaction(environmentId, async (run) => {
    const taken = await run(TAKEN, [environmentId, organizationId, slug]);
    const made =
      taken.length > 0
        ? []
        : await run(INSERT, [
            id,
            environmentId,
            organizationId,
            slug,
            wanted.name,
            wanted.description ?? null,
            wanted.resource_type_slug ?? "organization",
            createdAt(id),
          ]);
    if (made.length === 0) {
      const code = organizationId === null ? "role_slug_conflict" : "organization_role_slug_conflict";
      throw refused(409, `A role with the slug '${slug}' already exists.`, code);
    }
    return await told(run, owner, slug, "created");
  });
}

export async function changeRole(
  db: Database,
  owner: RoleOwner,
  slug: string,
  change: ChangeRole,
): Promise<RoleRow> {
  return await withRole(db, owner, slug, async (run, id) => {
    const description = change.description ?? null;
    const values = [
      owner.environmentId,
      id,
      change.name ?? null,
      change.description !== undefined,
      description,
    ];
    await run(UPDATE, values);
  });
}

/** From now on the role has exactly these permissions. @throws WireError 422 naming those that do not exist. */
export async function setRolePermissions(
  db: Database,
  owner: RoleOwner,
  slug: string,
  permissions: string[],
): Promise<RoleRow> {
  return await withRole(db, owner, slug, async (run, id) => {
    await requirePermissions(run, owner.environmentId, permissions);
    await run(REVOKE_OTHERS, [owner.environmentId, id, permissions]);
    await run(GRANT, [owner.environmentId, id, permissions]);
    await run(TOUCH, [owner.environmentId, id]);
  });
}

export async function addRolePermission(
  db: Database,
  owner: RoleOwner,
  slug: string,
  permission: string,
): Promise<RoleRow> {
  return await withRole(db, owner, slug, async (run, id) => {
    await requirePermissions(run, owner.environmentId, [permission]);
    await run(GRANT, [owner.environmentId, id, [permission]]);
    await run(TOUCH, [owner.environmentId, id]);
  });
}

export async function removeRolePermission(
  db: Database,
  owner: RoleOwner,
  slug: string,
  permission: string,
): Promise<RoleRow> {
  return await withRole(db, owner, slug, async (run, id) => {
    const known = await run(KNOWN, [owner.environmentId, [permission]]);
    if (known.length === 0) throw notFound("Permission", permission);
    await run(REVOKE, [owner.environmentId, id, [permission]]);
    await run(TOUCH, [owner.environmentId, id]);
  });
}

/** Takes an organization's own role away, unless somebody has it. */
export async function removeRole(
  db: Database,
  owner: RoleOwner & { organizationId: string },
  slug: string,
): Promise<void> {
  const { environmentId, organizationId } = owner;
  await db.transaction(environmentId, async (run) => {
    const [locked] = await run<{ id: string }>(LOCK, [environmentId, organizationId, slug]);
    if (!locked) throw notFound("Role", slug);
    const [use] = await run<{ held: boolean }>(HELD, [environmentId, organizationId, slug, locked.id]);
    if (use?.held)
      throw refused(
        409,
        "The role is assigned to members or groups. Give them another one first.",
        "role_has_assignments",
      );
    await told(run, owner, slug, "deleted");
    await run(DELETE, [environmentId, locked.id]);
  });
}

async function withRole(
  db: Database,
  owner: RoleOwner,
  slug: string,
  change: (run: Run, id: string) => Promise<void>,
): Promise<RoleRow> {
  const { environmentId, organizationId } = owner;
  return await db.transaction(environmentId, async (run) => {
    const [locked] = await run<{ id: string }>(LOCK, [environmentId, organizationId, slug]);
    if (!locked) throw notFound("Role", slug);
    await change(run, locked.id);
    return await told(run, owner, slug, "updated");
  });
}

async function told(
  run: Run,
  { environmentId, organizationId }: RoleOwner,
  slug: string,
  what: "created" | "updated" | "deleted",
): Promise<RoleRow> {
  const [row] = await run<RoleRow>(FIND, [environmentId, organizationId, slug]);
  if (!row) throw notFound("Role", slug);
  await recordEvent(run, environmentId, roleEvent(what, row));
  return row;
}

async function requirePermissions(run: Run, environmentId: string, slugs: string[]): Promise<void> {
  const known = await run<{ slug: string }>(KNOWN, [environmentId, slugs]);
  const missing = slugs.filter((slug) => !known.some((row) => row.slug === slug));
  if (missing.length > 0)
    throw refused(
      422,
      `There is no permission ${missing.map((slug) => `'${slug}'`).join(", ")}.`,
      "permission_not_found",
    );
}

/** As the organization's people would read it, with an ending that keeps two of the same name apart. */
function slugOf(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `org-${words.slice(0, 35) || "role"}-${randomBytes(3).toString("hex")}`;
}

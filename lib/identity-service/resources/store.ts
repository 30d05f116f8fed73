import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { notFound, refused, type WireError } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { one, type Params } from "../wire/params.ts";
import { type Reference, readReference } from "./reference.ts";
import type { ChangeResource, CreateResource, ResourceRow } from "./resource.ts";
import { COLUMNS, DEPTH_MAX, findResource, heightOf, holdResource, lineOf, lockTree } from "./tree.ts";

/** One resource as an address names it: by its id, or within an organization by what the application calls it. */
export interface ResourcePlace {
  environmentId: string;
  organizationId: string | null;
  reference: Reference;
}

const INSERT = sql(
  "resource_insert",
  `INSERT INTO identity.resources AS row
     (id, environment_id, organization_id, parent_id, resource_type_slug, external_id, name, description, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
   ON CONFLICT (organization_id, resource_type_slug, external_id) DO NOTHING RETURNING ${COLUMNS}`,
);
const UPDATE = sql(
  "resource_update",
  `UPDATE identity.resources AS row SET name = $3, description = $4, parent_id = $5, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
);
const LOCK = sql(
  "resource_lock",
  "SELECT id FROM identity.resources WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const DEPENDENTS = sql(
  "resource_dependents",
  `SELECT EXISTS (SELECT FROM identity.resources WHERE environment_id = $1 AND parent_id = $2)
     OR EXISTS (SELECT FROM identity.role_assignments WHERE environment_id = $1 AND resource_id = $2)
     OR EXISTS (SELECT FROM identity.group_role_assignments WHERE environment_id = $1 AND resource_id = $2) AS some`,
);
// What lies beneath goes with it, and every assignment on any of it.
const DELETE = sql("resource_delete", "DELETE FROM identity.resources WHERE environment_id = $1 AND id = $2");

export function resources(environmentId: string, query: Params): ListSource {
  const values: ListSource["values"] = [environmentId];
  const where = ["row.environment_id = $1"];
  const narrow = (column: string, value: string | undefined) => {
    if (value !== undefined) where.push(`row.${column} = $${values.push(value)}`);
  };
  const organizationId = one(query, "organization_id");
  const [type, externalId] = [one(query, "resource_type_slug"), one(query, "resource_external_id")];
  if (externalId !== undefined && organizationId === undefined && type === undefined)
    throw refused(
      400,
      "With resource_external_id, give an organization_id or a resource_type_slug.",
      "missing_organization_id_or_resource_type_slug",
    );
  narrow("organization_id", organizationId);
  narrow("resource_type_slug", type);
  narrow("external_id", externalId);
  const parent = readReference(query, "parent_resource_", "parent_external_id");
  if (parent && "id" in parent) narrow("parent_id", parent.id);
  else if (parent)
    where.push(`row.parent_id IN (SELECT id FROM identity.resources WHERE environment_id = $1
      AND resource_type_slug = $${values.push(parent.type)} AND external_id = $${values.push(parent.externalId)})`);
  return { select: `SELECT ${COLUMNS} FROM identity.resources AS row`, where, values };
}

export async function createResource(
  db: Database,
  environmentId: string,
  wanted: CreateResource,
): Promise<ResourceRow> {
  const { organization_id, resource_type_slug, external_id, name, description = null } = wanted;
  return await db.transaction(environmentId, async (run) => {
    await requireOrganization(run, environmentId, organization_id);
    await lockTree(run, environmentId, organization_id, "grow");
    const parent = await holdResource(run, environmentId, organization_id, wanted.parent);
    const above = await lineOf(run, environmentId, parent.id);
    if (above.length > DEPTH_MAX) throw tooDeep();
    const id = newId("authz_resource");
    const place = [id, environmentId, organization_id, parent.id, resource_type_slug, external_id];
    const [row] = await run<ResourceRow>(INSERT, [...place, name, description, createdAt(id)]);
    if (row) return row;
    throw refused(
      409,
      `The organization has a '${resource_type_slug}' with the external id '${external_id}' already.`,
      "authorization_resource_external_id_conflict",
    );
  });
}

export async function changeResource(
  db: Database,
  place: ResourcePlace,
  change: ChangeResource,
): Promise<ResourceRow> {
  const { environmentId } = place;
  return await db.transaction(environmentId, async (run) => {
    const before = await lockResource(run, place, change.parent ? "move" : "grow");
    const { name = before.name, description = before.description } = change;
    const parent = change.parent
      ? await newParent(run, environmentId, before, change.parent)
      : before.parent_id;
    const [row] = await run<ResourceRow>(UPDATE, [environmentId, before.id, name, description, parent]);
    if (!row) throw notFound("Resource", before.id);
    return row;
  });
}

/** Without `cascade` only what has nothing beneath it and no role assigned on it goes. */
export async function removeResource(db: Database, place: ResourcePlace, cascade: boolean): Promise<void> {
  const { environmentId } = place;
  await db.transaction(environmentId, async (run) => {
    const { id } = await lockResource(run, place, "move");
    const [dependents] = await run<{ some: boolean }>(DEPENDENTS, [environmentId, id]);
    if (!cascade && dependents?.some)
      throw refused(
        409,
        "Other resources lie beneath it or roles are assigned on it. Remove them first, or set cascade_delete.",
        "resource_has_dependents",
      );
    await run(DELETE, [environmentId, id]);
  });
}

async function lockResource(run: Run, place: ResourcePlace, change: "grow" | "move"): Promise<ResourceRow> {
  const { environmentId, organizationId, reference } = place;
  const found = await findResource(run, environmentId, organizationId, reference);
  if (found.parent_id === null)
    throw refused(403, "This resource is the organization itself: change or delete that one.");
  await lockTree(run, environmentId, found.organization_id, change);
  await run(LOCK, [environmentId, found.id]);
  // Read again: it may have changed, or gone, until it was locked.
  return await findResource(run, environmentId, organizationId, { id: found.id });
}

async function newParent(
  run: Run,
  environmentId: string,
  moved: ResourceRow,
  reference: Reference,
): Promise<string> {
  const parent = await holdResource(run, environmentId, moved.organization_id, reference);
  const above = await lineOf(run, environmentId, parent.id);
  if (above.includes(moved.id))
    throw refused(422, "A resource cannot lie beneath itself.", "parent_resource_cycle");
  if (above.length - 1 + (await heightOf(run, environmentId, moved.id)) > DEPTH_MAX) throw tooDeep();
  return parent.id;
}

function tooDeep(): WireError {
  const message = `At most ${DEPTH_MAX} resources may lie one beneath the other.`;
  return refused(422, message, "resource_hierarchy_too_deep");
}

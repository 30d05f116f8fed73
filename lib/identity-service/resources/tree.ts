import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { Reference } from "./reference.ts";
import { type ResourceRow, ROOT_TYPE } from "./resource.ts";

/** How many resources may lie one beneath the other, the organization not counted. */
export const DEPTH_MAX = 10;

/** The organization's own resource is called what the organization is. */
export const COLUMNS = `row.id, row.organization_id, row.parent_id, row.resource_type_slug, row.external_id,
  coalesce(row.name, (SELECT name FROM identity.organizations WHERE id = row.organization_id)) AS name,
  row.description, row.created_at, row.updated_at`;

const FIND = `SELECT ${COLUMNS} FROM identity.resources AS row WHERE row.environment_id = $1`;
const FIND_BY_ID = sql("resource_find", `${FIND} AND row.id = $2`);
const FIND_BY_NAME = sql(
  "resource_find_by_name",
  `${FIND} AND row.organization_id = $2 AND row.resource_type_slug = $3 AND row.external_id = $4`,
);
const HOLD = sql(
  "resource_hold",
  "SELECT id FROM identity.resources WHERE environment_id = $1 AND id = $2 FOR KEY SHARE",
);
const ROOT = sql(
  "resource_root",
  `INSERT INTO identity.resources (id, environment_id, organization_id, resource_type_slug, external_id, created_at, updated_at)
   SELECT $3, $1, id, '${ROOT_TYPE}', id, $4, $4 FROM identity.organizations WHERE environment_id = $1 AND id = $2
   ON CONFLICT (organization_id, resource_type_slug, external_id) DO NOTHING`,
);
const LOCK_SHARED = sql(
  "resource_tree_lock_shared",
  `SELECT id FROM identity.resources WHERE environment_id = $1 AND organization_id = $2 AND resource_type_slug = '${ROOT_TYPE}'
   FOR SHARE`,
);
const LOCK = sql("resource_tree_lock", LOCK_SHARED.text.replace("FOR SHARE", "FOR NO KEY UPDATE"));
const DEPTH = sql(
  "resource_depth",
  `WITH RECURSIVE upwards AS (
     SELECT id, parent_id, 0 AS height FROM identity.resources WHERE environment_id = $1 AND id = $2
     UNION ALL
     SELECT above.id, above.parent_id, height + 1 FROM upwards JOIN identity.resources AS above ON above.id = upwards.parent_id
     WHERE height <= ${DEPTH_MAX})
   SELECT id FROM upwards`,
);
const HEIGHT = sql(
  "resource_height",
  `WITH RECURSIVE downwards AS (
     SELECT id, 1 AS height FROM identity.resources WHERE environment_id = $1 AND id = $2
     UNION ALL
     SELECT below.id, height + 1 FROM downwards JOIN identity.resources AS below ON below.parent_id = downwards.id
     WHERE height <= ${DEPTH_MAX})
   SELECT max(height) AS height FROM downwards`,
);

/** The resource of an organization, or, by its id, of any. @throws WireError 404 */
export async function findResource(
  run: Run,
  environmentId: string,
  organizationId: string | null,
  reference: Reference,
): Promise<ResourceRow> {
  const row = await lookUp(run, environmentId, organizationId, reference);
  if (row && (organizationId === null || row.organization_id === organizationId)) return row;
  throw notFound("Resource", "id" in reference ? reference.id : reference.externalId);
}

/** A resource that is not taken away before the transaction ends. @throws WireError 404 */
export async function holdResource(
  run: Run,
  environmentId: string,
  organizationId: string,
  reference: Reference | null,
): Promise<ResourceRow> {
  const meant = reference ?? { type: ROOT_TYPE, externalId: organizationId };
  const row = await findResource(run, environmentId, organizationId, meant);
  const held = await run(HOLD, [environmentId, row.id]);
  if (held.length === 0) throw notFound("Resource", row.id);
  return row;
}

/**
 * Keeps an organization's tree as it is until the transaction ends. Whoever puts something into it waits only for those
 * who move or remove a part of it, so that no two moves together make a ring.
 */
export async function lockTree(
  run: Run,
  environmentId: string,
  organizationId: string,
  change: "grow" | "move",
): Promise<void> {
  await makeRoot(run, environmentId, organizationId);
  await run(change === "grow" ? LOCK_SHARED : LOCK, [environmentId, organizationId]);
}

/** The resource itself and all above it, upwards to the organization. */
export async function lineOf(run: Run, environmentId: string, id: string): Promise<string[]> {
  return (await run<{ id: string }>(DEPTH, [environmentId, id])).map((row) => row.id);
}

/** How many levels a resource and what lies beneath it take. */
export async function heightOf(run: Run, environmentId: string, id: string): Promise<number> {
  return (await run<{ height: number }>(HEIGHT, [environmentId, id]))[0]?.height ?? 0;
}

async function lookUp(
  run: Run,
  environmentId: string,
  organizationId: string | null,
  reference: Reference,
): Promise<ResourceRow | undefined> {
  if ("id" in reference) return (await run<ResourceRow>(FIND_BY_ID, [environmentId, reference.id]))[0];
  const { type, externalId } = reference;
  const values = [environmentId, organizationId, type, externalId];
  const [row] = await run<ResourceRow>(FIND_BY_NAME, values);
  if (row || type !== ROOT_TYPE || externalId !== organizationId) return row;
  await makeRoot(run, environmentId, organizationId);
  return (await run<ResourceRow>(FIND_BY_NAME, values))[0];
}

/** Organizations come to be in several ways, and most never have resources: the root is made when it is first needed. */
async function makeRoot(run: Run, environmentId: string, organizationId: string): Promise<void> {
  const id = newId("authz_resource");
  await run(ROOT, [environmentId, organizationId, id, createdAt(id)]);
}

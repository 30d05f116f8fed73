import { isDeepStrictEqual } from "node:util";
import { type Database, json, type Run, sql } from "../db.ts";
import { notFound, refused } from "../wire/errors.ts";
import { madeNow, type Origin } from "../wire/ids.ts";
import { containing, type ListSource } from "../wire/pagination.ts";
import { putDomains } from "./domain-store.ts";
import { tellOrganization } from "./events.ts";
import {
  type ChangeOrganization,
  mergeMetadata,
  type OrganizationRow,
  organizationToWire,
} from "./organization.ts";

const SELECT = `SELECT row.*, coalesce(
    (SELECT json_agg(d ORDER BY d.id) FROM identity.organization_domains AS d
     WHERE d.organization_id = row.id), '[]') AS domains
  FROM identity.organizations AS row`;
const FIND = sql("organization_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);
const FIND_EXTERNAL = sql(
  "organization_find_external",
  `${SELECT} WHERE row.environment_id = $1 AND row.external_id = $2`,
);
const LOCK = sql(
  "organization_lock",
  "SELECT metadata, name FROM identity.organizations WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const INSERT = sql(
  "organization_insert",
  `INSERT INTO identity.organizations
     (environment_id, id, name, external_id, stripe_customer_id, metadata, allow_outside_profiles, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (environment_id, external_id) DO NOTHING RETURNING id`,
);
const UPDATE = sql(
  "organization_update",
  `UPDATE identity.organizations SET
     name = coalesce($3, name),
     external_id = CASE WHEN $4 THEN $5 ELSE external_id END,
     stripe_customer_id = CASE WHEN $6 THEN $7 ELSE stripe_customer_id END,
     metadata = $8, allow_outside_profiles = coalesce($9, allow_outside_profiles), updated_at = now()
   WHERE environment_id = $1 AND id = $2`,
);
export async function getOrganization(
  db: Database,
  environmentId: string,
  id: string,
): Promise<OrganizationRow> {
  const [row] = await db.query<OrganizationRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Organization", id);
  return row;
}

export async function getOrganizationByExternalId(
  db: Database,
  environmentId: string,
  externalId: string,
): Promise<OrganizationRow> {
  const [row] = await db.query<OrganizationRow>(environmentId, FIND_EXTERNAL, [environmentId, externalId]);
  if (!row) throw notFound("Organization", externalId);
  return row;
}

/** Organizations of one environment, by exact domains and by a part of the name. */
export function organizations(
  environmentId: string,
  domains: string[],
  search: string | undefined,
): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  if (domains.length > 0)
    where.push(`EXISTS (SELECT FROM identity.organization_domains AS domain
      WHERE domain.organization_id = row.id AND domain.domain = ANY ($${values.push(domains)}))`);
  if (search) where.push(`row.name ILIKE $${values.push(containing(search))}`);
  return { select: SELECT, where, values, hot: domains.length === 0 && !search };
}

export async function createOrganization(
  db: Database,
  environmentId: string,
  wanted: NewOrganization,
): Promise<OrganizationRow> {
  return await db.transaction(environmentId, async (run) => {
    const { id } = await insertOrganization(run, environmentId, wanted);
    await putDomains(run, environmentId, { id, name: wanted.name }, wanted);
    const row = await readOrganization(run, environmentId, id);
    await tellOrganization(run, environmentId, "created", row);
    return row;
  });
}

type NewOrganization = ChangeOrganization & { name: string };

/** A new organization, without its domains and its event: the event tells of both. */
export async function insertOrganization(
  run: Run,
  environmentId: string,
  wanted: NewOrganization,
  origin = madeNow("org"),
): Promise<Origin> {
  const made = await run(INSERT, [
    environmentId,
    origin.id,
    wanted.name,
    wanted.external_id ?? null,
    wanted.stripe_customer_id ?? null,
    json(requireMetadata({}, wanted.metadata)),
    wanted.allow_profiles_outside_organization ?? false,
    origin.createdAt,
    origin.updatedAt,
  ]);
  if (made.length === 0) throw externalIdTaken();
  return origin;
}

export async function changeOrganization(
  db: Database,
  environmentId: string,
  id: string,
  change: ChangeOrganization,
): Promise<OrganizationRow> {
  return await db.transaction(environmentId, async (run) => {
    const [row] = await run<{ metadata: Record<string, string>; name: string }>(LOCK, [environmentId, id]);
    if (!row) throw notFound("Organization", id);
    const before = organizationToWire(await readOrganization(run, environmentId, id));
    await run(UPDATE, [
      environmentId,
      id,
      change.name ?? null,
      change.external_id !== undefined,
      change.external_id ?? null,
      change.stripe_customer_id !== undefined,
      change.stripe_customer_id ?? null,
      json(requireMetadata(row.metadata, change.metadata)),
      change.allow_profiles_outside_organization ?? null,
    ]).catch((error: { code?: string }) => {
      throw error.code === "23505" ? externalIdTaken() : error;
    });
    await putDomains(run, environmentId, { id, name: change.name ?? row.name }, change);
    const after = await readOrganization(run, environmentId, id);
    if (!isDeepStrictEqual(withoutTime(before), withoutTime(organizationToWire(after))))
      await tellOrganization(run, environmentId, "updated", after);
    return after;
  });
}

/** The organization with its domains, as the transaction sees it. @throws WireError 404 */
export async function readOrganization(
  run: Run,
  environmentId: string,
  id: string,
): Promise<OrganizationRow> {
  const [row] = await run<OrganizationRow>(FIND, [environmentId, id]);
  if (!row) throw notFound("Organization", id);
  return row;
}

function withoutTime({ updated_at: _at, ...rest }: ReturnType<typeof organizationToWire>) {
  return rest;
}

function requireMetadata(before: Record<string, string>, change: unknown): Record<string, string> {
  const after = mergeMetadata(before, change);
  if (after) return after;
  throw refused(
    400,
    "Metadata holds at most 10 pairs of ASCII text: keys to 40 characters, values to 600.",
    "invalid_metadata",
  );
}

function externalIdTaken() {
  return refused(400, "Another organization has this external id.", "external_id_already_used");
}

import { type Database, sql } from "../db.ts";
import { notFound } from "../wire/errors.ts";
import { containing, type ListSource } from "../wire/pagination.ts";
import { iso } from "../wire/time.ts";

export type DirectoryState = "linked" | "unlinked" | "validating" | "invalid_credentials";

export interface DirectoryRow {
  id: string;
  environment_id: string;
  organization_id: string;
  source: "scim" | "ldap";
  type: string;
  name: string;
  domain: string | null;
  external_key: string;
  state: DirectoryState;
  /** As stored; `DirectorySettings` parses them. */
  settings: unknown;
  last_sync_at: Date | null;
  last_error: string | null;
  last_error_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface CountedDirectoryRow extends DirectoryRow {
  active_users: number;
  inactive_users: number;
  groups: number;
}

const SELECT = `SELECT row.*, users.active_users, users.inactive_users,
    (SELECT count(*)::int FROM identity.directory_groups AS g WHERE g.directory_id = row.id) AS groups
  FROM identity.directories AS row CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE u.state = 'active')::int AS active_users,
      count(*) FILTER (WHERE u.state <> 'active')::int AS inactive_users
    FROM identity.directory_users AS u WHERE u.directory_id = row.id AND u.withdrawn_at IS NULL) AS users`;

const FIND = sql("directory_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);

export async function getDirectory(
  db: Database,
  environmentId: string,
  id: string,
): Promise<CountedDirectoryRow> {
  const [row] = await db.query<CountedDirectoryRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Directory", id);
  return row;
}

export interface DirectoryFilter {
  organizationId?: string | undefined;
  domain?: string | undefined;
  search?: string | undefined;
}

export function directories(environmentId: string, filter: DirectoryFilter): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  if (filter.organizationId) where.push(`row.organization_id = $${values.push(filter.organizationId)}`);
  if (filter.domain) where.push(`row.domain = $${values.push(filter.domain.toLowerCase())}`);
  if (filter.search) where.push(`row.name ILIKE $${values.push(containing(filter.search))}`);
  return { select: SELECT, where, values };
}

export function directoryToWire(row: CountedDirectoryRow) {
  return {
    object: "directory" as const,
    id: row.id,
    organization_id: row.organization_id,
    external_key: row.external_key,
    type: row.type,
    state: row.state,
    name: row.name,
    ...(row.domain === null ? {} : { domain: row.domain }),
    metadata: { users: { active: row.active_users, inactive: row.inactive_users }, groups: row.groups },
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** A directory as events tell of it: its states have other names there. */
export function directoryInEvent(row: DirectoryRow, state = eventState(row.state)) {
  return {
    object: "directory" as const,
    id: row.id,
    organization_id: row.organization_id,
    type: row.type,
    state,
    name: row.name,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

function eventState(state: DirectoryState): string {
  if (state === "linked") return "active";
  return state === "unlinked" ? "inactive" : state;
}

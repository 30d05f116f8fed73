import { invalid } from "../wire/errors.ts";
import { containing, type ListSource } from "../wire/pagination.ts";
import { many, one, type Params } from "../wire/params.ts";
import { iso } from "../wire/time.ts";
import type { DirectoryRow } from "./directory.ts";
import type { DirectoryUserRow } from "./users.ts";

// A directory's people and groups as whoever looks after it goes through them: searched, sorted, by page.

const STATES = ["active", "suspended", "inactive"];
const SHOWN_GROUPS = 5;

export interface PersonRow extends DirectoryUserRow {
  group_count: number;
  /** The first few. */
  groups: { id: string; name: string }[];
}

const LABEL = "lower(coalesce(nullif(row.name, ''), row.email, row.username, ''))";

/** What people may be sorted by. */
export const PEOPLE_SORTS = {
  name: LABEL,
  email: "lower(row.email)",
  state: "row.state",
  role: "row.role_slugs",
  created_at: "row.id",
  updated_at: "row.updated_at",
};

const PEOPLE = `SELECT row.*,
    (SELECT count(*)::int FROM identity.directory_members AS m WHERE m.user_id = row.id) AS group_count,
    coalesce((SELECT json_agg(json_build_object('id', g.id, 'name', g.name)) FROM (
      SELECT g.id, g.name FROM identity.directory_members AS m JOIN identity.directory_groups AS g ON g.id = m.group_id
      WHERE m.user_id = row.id ORDER BY g.name_key, g.id LIMIT ${SHOWN_GROUPS}) AS g), '[]') AS groups
  FROM identity.directory_users AS row`;

/** The people of a directory that a request asks for. @throws the 422 for a state there is none of. */
export function people({ environment_id, id }: DirectoryRow, query: Params): ListSource {
  const where = ["row.environment_id = $1", "row.directory_id = $2", "row.withdrawn_at IS NULL"];
  const values: ListSource["values"] = [environment_id, id];
  const [states, group, role] = [many(query, "state"), one(query, "group_id"), one(query, "role_slug")];
  if (states.some((state) => !STATES.includes(state)))
    throw invalid([
      { field: "state", code: "invalid", message: `state must be one of ${STATES.join(", ")}.` },
    ]);
  if (states.length > 0) where.push(`row.state = ANY ($${values.push(states)})`);
  if (group)
    where.push(`EXISTS (SELECT FROM identity.directory_members AS of_group
      WHERE of_group.group_id = $${values.push(group)} AND of_group.user_id = row.id)`);
  if (role) where.push(`$${values.push(role)} = ANY (row.role_slugs)`);
  searchPeople(where, values, one(query, "search"));
  return { select: PEOPLE, where, values };
}

/** Narrows a list whose rows have names as people have. */
export function searchPeople(
  where: string[],
  values: ListSource["values"],
  search: string | undefined,
): void {
  if (!search) return;
  const pattern = `$${values.push(containing(search))}`;
  where.push(`(row.name ILIKE ${pattern} OR row.email ILIKE ${pattern} OR row.username ILIKE ${pattern})`);
}

export function personToWire(row: PersonRow) {
  return {
    object: "directory_person" as const,
    id: row.id,
    idp_id: row.idp_id,
    name: row.name,
    email: row.email,
    username: row.username,
    job_title: row.job_title,
    state: row.state,
    role_slugs: row.role_slugs,
    groups: row.groups,
    group_count: row.group_count,
    user_id: row.user_id,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

export interface GroupSummaryRow {
  id: string;
  idp_id: string;
  name: string;
  members: number;
  role_slugs: string[];
  created_at: Date;
  updated_at: Date;
}

const GROUPS = `SELECT row.id, row.idp_id, row.name, row.created_at, row.updated_at, sized.members,
    ARRAY(SELECT mapping.role_slug FROM identity.directory_role_mappings AS mapping
      WHERE mapping.group_id = row.id ORDER BY mapping.priority DESC, mapping.role_slug) AS role_slugs
  FROM identity.directory_groups AS row CROSS JOIN LATERAL (
    SELECT count(*)::int AS members FROM identity.directory_members AS m
    JOIN identity.directory_users AS u ON u.id = m.user_id AND u.withdrawn_at IS NULL WHERE m.group_id = row.id) AS sized`;

export const GROUP_SORTS = {
  name: "row.name_key",
  members: "sized.members",
  created_at: "row.id",
  updated_at: "row.updated_at",
};

export function groupSummaries({ environment_id, id }: DirectoryRow, query: Params): ListSource {
  const where = ["row.environment_id = $1", "row.directory_id = $2"];
  const values: ListSource["values"] = [environment_id, id];
  const search = one(query, "search");
  if (search) where.push(`row.name ILIKE $${values.push(containing(search))}`);
  return { select: GROUPS, where, values };
}

export function groupSummaryToWire(row: GroupSummaryRow) {
  return {
    object: "directory_group_summary" as const,
    id: row.id,
    idp_id: row.idp_id,
    name: row.name,
    members: row.members,
    role_slugs: row.role_slugs,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

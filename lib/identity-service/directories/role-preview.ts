import { type Database, json, sql } from "../db.ts";
import { invalid } from "../wire/errors.ts";
import type { ListSource } from "../wire/pagination.ts";
import { one, type Params } from "../wire/params.ts";
import type { DirectoryRow } from "./directory.ts";
import { searchPeople } from "./people.ts";

// Who would have which roles, were a plan in force: worked out from the groups as they are now, in one look over the directory.

/** A group gives a role; of several that somebody has, the one with the highest priority comes first. */
export interface PlannedMapping {
  group_id: string;
  role_slug: string;
  priority: number;
}

/**
 * `outcome`: each person with the roles they have, and those that the mappings in `$3` would give them. Gathered, not joined: a
 * plan from when the directory was small would look through all of one side for each row of the other.
 */
const OUTCOME = `WITH plan AS (
    SELECT * FROM jsonb_to_recordset($3) AS m(group_id text, role_slug text, priority int)),
  by_role AS (
    SELECT m.user_id, plan.role_slug AS slug, max(plan.priority) AS priority FROM plan
    JOIN identity.directory_groups AS g ON g.id = plan.group_id AND g.environment_id = $1 AND g.directory_id = $2
    JOIN identity.directory_members AS m ON m.group_id = g.id GROUP BY m.user_id, plan.role_slug),
  outcome AS (
    SELECT id, max(name) AS name, max(email) AS email, max(username) AS username, max(state) AS state,
      max(withdrawn_at) AS withdrawn_at, max(had) AS before,
      coalesce(array_agg(slug ORDER BY priority DESC, slug) FILTER (WHERE slug IS NOT NULL), '{}') AS after
    FROM (
      SELECT u.id, u.name, u.email, u.username, u.state, u.withdrawn_at, u.role_slugs AS had, NULL AS slug, NULL::int AS priority
      FROM identity.directory_users AS u WHERE u.environment_id = $1 AND u.directory_id = $2
      UNION ALL SELECT user_id, NULL, NULL, NULL, NULL, NULL, NULL, slug, priority FROM by_role) AS each
    GROUP BY id)`;

/** Those whose roles the mappings change, whether applications know them or not. */
export const CHANGED_BY = sql(
  "directory_roles_changed_by",
  `${OUTCOME} SELECT id FROM outcome WHERE before <> after ORDER BY id`,
);
const BY_ROLE = sql(
  "directory_roles_preview",
  `${OUTCOME} SELECT each.slug, count(*) FILTER (WHERE each.had)::int AS before, count(*) FILTER (WHERE each.has)::int AS after,
     count(*) FILTER (WHERE each.has AND NOT each.had)::int AS gains,
     count(*) FILTER (WHERE each.had AND NOT each.has)::int AS losses
   FROM outcome CROSS JOIN LATERAL (
     SELECT slug, bool_or(was) AS had, bool_or(NOT was) AS has FROM (
       SELECT unnest(outcome.before) AS slug, true AS was UNION ALL SELECT unnest(outcome.after), false) AS both_ways
     GROUP BY slug) AS each
   WHERE outcome.withdrawn_at IS NULL GROUP BY each.slug ORDER BY after DESC, each.slug`,
);
const PEOPLE = sql(
  "directory_roles_preview_people",
  `${OUTCOME} SELECT count(*)::int AS total, count(*) FILTER (WHERE before <> after)::int AS changed,
     count(*) FILTER (WHERE NOT after <@ before)::int AS gaining, count(*) FILTER (WHERE NOT before <@ after)::int AS losing,
     count(*) FILTER (WHERE after = '{}')::int AS without
   FROM outcome WHERE withdrawn_at IS NULL`,
);

/** How many would have each role, and how many of those have it now. */
export async function previewRoles(
  db: Database,
  { environment_id, id }: DirectoryRow,
  { mappings, version }: { mappings: readonly PlannedMapping[]; version: number | null },
) {
  const values = [environment_id, id, json(mappings)];
  const roles = await db.query<{
    slug: string;
    before: number;
    after: number;
    gains: number;
    losses: number;
  }>(environment_id, BY_ROLE, values);
  const [people] = await db.query<{
    total: number;
    changed: number;
    gaining: number;
    losing: number;
    without: number;
  }>(environment_id, PEOPLE, values);
  return { object: "directory_role_preview" as const, directory_id: id, version, roles, people };
}

export interface OutcomeRow {
  id: string;
  name: string | null;
  email: string | null;
  username: string | null;
  state: string;
  before: string[];
  after: string[];
}

export const OUTCOME_SORTS = {
  name: "lower(coalesce(nullif(row.name, ''), row.email, row.username, ''))",
  email: "lower(row.email)",
  before: "row.before",
  after: "row.after",
};

const CHANGES: Readonly<Record<string, string>> = {
  any: "row.before <> row.after",
  gains: "NOT row.after <@ row.before",
  loses: "NOT row.before <@ row.after",
  none: "row.before = row.after",
};

/** Person by person. @throws the 422 for a kind of change there is none of. */
export function previewPeople(
  { environment_id, id }: DirectoryRow,
  mappings: readonly PlannedMapping[],
  query: Params,
): ListSource {
  const where = ["row.withdrawn_at IS NULL"];
  const values: ListSource["values"] = [environment_id, id, json(mappings)];
  const [change, role] = [one(query, "change"), one(query, "role_slug")];
  if (change !== undefined) {
    const condition = Object.hasOwn(CHANGES, change) ? CHANGES[change] : undefined;
    if (!condition)
      throw invalid([
        {
          field: "change",
          code: "invalid",
          message: `change must be one of ${Object.keys(CHANGES).join(", ")}.`,
        },
      ]);
    where.push(condition);
  }
  if (role) where.push(`$${values.push(role)} = ANY (row.before || row.after)`);
  searchPeople(where, values, one(query, "search"));
  return { select: `${OUTCOME} SELECT row.* FROM outcome AS row`, where, values };
}

export function outcomeToWire({ id, name, email, username, state, before, after }: OutcomeRow) {
  return {
    object: "directory_role_outcome" as const,
    ...{ id, name, email, username, state },
    before,
    after,
    gains: after.filter((slug) => !before.includes(slug)),
    loses: before.filter((slug) => !after.includes(slug)),
  };
}

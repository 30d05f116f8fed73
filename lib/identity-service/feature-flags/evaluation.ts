import { type Database, sql } from "../db.ts";
import type { ListSource } from "../wire/pagination.ts";
import { SELECT_FLAGS } from "./store.ts";

/** The flags that are on for an organization. */
export function flagsOfOrganization(environmentId: string, organizationId: string): ListSource {
  return {
    select: SELECT_FLAGS,
    where: [
      "row.environment_id = $1",
      "row.enabled",
      `(row.default_value OR EXISTS (
         SELECT FROM identity.feature_flag_organizations AS target
         WHERE target.flag_id = row.id AND target.organization_id = $2))`,
    ],
    values: [environmentId, organizationId],
  };
}

/** The flags that are on for a user, by themselves or as an active member of an organization. */
export function flagsOfUser(environmentId: string, userId: string): ListSource {
  return {
    select: SELECT_FLAGS,
    where: [
      "row.environment_id = $1",
      "row.enabled",
      `(row.default_value
        OR EXISTS (SELECT FROM identity.feature_flag_users AS target
          WHERE target.flag_id = row.id AND target.user_id = $2)
        OR EXISTS (SELECT FROM identity.feature_flag_organizations AS target
          JOIN identity.organization_memberships AS member ON member.organization_id = target.organization_id
          WHERE target.flag_id = row.id AND member.user_id = $2 AND member.status = 'active'))`,
    ],
    values: [environmentId, userId],
  };
}

const ON = sql(
  "feature_flags_on",
  `SELECT slug FROM identity.feature_flags AS flag WHERE environment_id = $1 AND enabled AND (default_value
     OR EXISTS (SELECT FROM identity.feature_flag_users WHERE flag_id = flag.id AND user_id = $2)
     OR EXISTS (SELECT FROM identity.feature_flag_organizations WHERE flag_id = flag.id AND organization_id = $3))
   ORDER BY id`,
);

/** The flags that are on for somebody in the organization they are signed in to, as their access token says. */
export async function flagsInToken(
  db: Database,
  environmentId: string,
  userId: string,
  organizationId: string | null,
): Promise<string[]> {
  const rows = await db.query<{ slug: string }>(environmentId, ON, [environmentId, userId, organizationId]);
  return rows.map(({ slug }) => slug);
}

interface RuleRow {
  slug: string;
  enabled: boolean;
  default_value: boolean;
  users: string[];
  organizations: string[];
}

const RULES = sql(
  "feature_flag_rules",
  `SELECT slug, enabled, default_value,
     ARRAY(SELECT user_id FROM identity.feature_flag_users WHERE flag_id = flag.id ORDER BY user_id) AS users,
     ARRAY(SELECT organization_id FROM identity.feature_flag_organizations WHERE flag_id = flag.id
       ORDER BY organization_id) AS organizations
   FROM identity.feature_flags AS flag WHERE environment_id = $1 ORDER BY id`,
);

/** Every flag with whom it is aimed at, as the SDKs' runtime client fetches it to decide by itself. */
export async function flagRules(db: Database, environmentId: string): Promise<Record<string, unknown>> {
  const rows = await db.query<RuleRow & Record<string, unknown>>(environmentId, RULES, [environmentId]);
  return Object.fromEntries(
    rows.map(({ slug, enabled, default_value, users, organizations }) => [
      slug,
      {
        slug,
        enabled,
        default_value,
        targets: { users: users.map(on), organizations: organizations.map(on) },
      },
    ]),
  );
}

function on(id: string) {
  return { id, enabled: true };
}

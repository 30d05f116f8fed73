import { type Database, type Run, sql } from "../db.ts";
import { type Author, describeActor } from "../events/actor.ts";
import { recordEvent } from "../events/record.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { lockUser } from "../users/store.ts";
import { refused } from "../wire/errors.ts";
import { type FlagRow, flagInEvent } from "./flag.ts";
import { lockFlag } from "./store.ts";

/** Who a flag is aimed at, as its events tell it: at most the first thousand of each kind. */
interface Targets {
  organizations: { id: string; name: string }[];
  users: { id: string; email: string }[];
}

const STATEMENTS = {
  organization: {
    add: sql(
      "flag_organization_add",
      `INSERT INTO identity.feature_flag_organizations (environment_id, flag_id, organization_id) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING flag_id`,
    ),
    remove: sql(
      "flag_organization_remove",
      `DELETE FROM identity.feature_flag_organizations WHERE environment_id = $1 AND flag_id = $2 AND organization_id = $3
       RETURNING flag_id`,
    ),
  },
  user: {
    add: sql(
      "flag_user_add",
      `INSERT INTO identity.feature_flag_users (environment_id, flag_id, user_id) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING flag_id`,
    ),
    remove: sql(
      "flag_user_remove",
      `DELETE FROM identity.feature_flag_users WHERE environment_id = $1 AND flag_id = $2 AND user_id = $3
       RETURNING flag_id`,
    ),
  },
} as const;

const TARGETS = sql(
  "flag_targets",
  `SELECT
     coalesce((SELECT json_agg(json_build_object('id', t.id, 'name', t.name)) FROM (
       SELECT o.id, o.name FROM identity.feature_flag_organizations AS f
       JOIN identity.organizations AS o ON o.id = f.organization_id
       WHERE f.environment_id = $1 AND f.flag_id = $2 ORDER BY o.id LIMIT 1000) AS t), '[]') AS organizations,
     coalesce((SELECT json_agg(json_build_object('id', t.id, 'email', t.email)) FROM (
       SELECT u.id, u.email FROM identity.feature_flag_users AS f
       JOIN identity.users AS u ON u.id = f.user_id
       WHERE f.environment_id = $1 AND f.flag_id = $2 ORDER BY u.id LIMIT 1000) AS t), '[]') AS users`,
);

/** Aims a flag at an organization or a user, or no longer. Where nothing changes by it, nothing is told. */
export async function setFlagTarget(
  db: Database,
  author: Author,
  { slug, resourceId, action }: { slug: string; resourceId: string; action: "add" | "remove" },
): Promise<void> {
  const { environmentId } = author;
  await db.transaction(environmentId, async (run) => {
    const flag = await lockFlag(run, environmentId, slug);
    const kind = await requireTarget(run, environmentId, resourceId);
    const before = await readTargets(run, flag);
    const changed = await run(STATEMENTS[kind][action], [environmentId, flag.id, resourceId]);
    if (changed.length === 0) return;
    const after = await readTargets(run, flag);
    await recordEvent(run, environmentId, {
      event: "flag.rule_updated",
      data: flagInEvent(flag),
      organizationId: kind === "organization" ? resourceId : null,
      context: {
        ...(await describeActor(run, author)),
        access_type: accessType(flag, after),
        configured_targets: after,
        previous_attributes: {
          context: { access_type: accessType(flag, before), configured_targets: before },
        },
      },
    });
  });
}

async function requireTarget(
  run: Run,
  environmentId: string,
  resourceId: string,
): Promise<"organization" | "user"> {
  if (resourceId.startsWith("org_")) {
    await requireOrganization(run, environmentId, resourceId);
    return "organization";
  }
  if (resourceId.startsWith("user_")) {
    await lockUser(run, environmentId, resourceId);
    return "user";
  }
  throw refused(400, "Invalid resource id: it begins with org_ or user_.", "invalid_resource_id_format");
}

async function readTargets(run: Run, flag: FlagRow): Promise<Targets> {
  const [row] = await run<Targets & Record<string, unknown>>(TARGETS, [flag.environment_id, flag.id]);
  return { organizations: row?.organizations ?? [], users: row?.users ?? [] };
}

function accessType(flag: FlagRow, { organizations, users }: Targets): "none" | "some" | "all" {
  if (!flag.enabled) return "none";
  if (flag.default_value) return "all";
  return organizations.length + users.length > 0 ? "some" : "none";
}

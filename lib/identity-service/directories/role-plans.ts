import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, json, type Run, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound, refused } from "../wire/errors.ts";
import { iso } from "../wire/time.ts";
import { LOCK } from "./commands.ts";
import type { DirectoryRow } from "./directory.ts";
import { into } from "./ingest/ingest.ts";
import { CHANGED_BY, type PlannedMapping } from "./role-preview.ts";
import { assignRoles } from "./roles.ts";

// Which groups give which roles, prepared and looked at before anybody's role changes, and switched on in one step.

const MAPPINGS_MAX = 500;

export const DraftRoles = z.strictObject({
  /** The most important first: somebody in several groups has the role of the first as their main one. */
  mappings: z.array(z.strictObject({ group_id: z.string(), role_slug: z.string() })).max(MAPPINGS_MAX),
});
export type DraftRoles = z.infer<typeof DraftRoles>;

export const ActivateRoles = z.strictObject({
  /** Of the draft that was looked at: another is not switched on unseen. */
  version: z.int(),
});

interface RolePlanRow {
  id: string;
  state: "draft" | "previous";
  mappings: PlannedMapping[];
  version: number;
  created_at: Date;
  updated_at: Date;
}

const IN_FORCE = sql(
  "directory_roles_in_force",
  `SELECT group_id, role_slug, priority FROM identity.directory_role_mappings
   WHERE environment_id = $1 AND directory_id = $2 ORDER BY priority DESC, role_slug, id`,
);
const PLANS = sql(
  "directory_role_plans_list",
  `SELECT id, state, mappings, version, created_at, updated_at FROM identity.directory_role_plans
   WHERE environment_id = $1 AND directory_id = $2`,
);
const PUT = sql(
  "directory_role_plan_put",
  `INSERT INTO identity.directory_role_plans AS p (id, environment_id, directory_id, state, mappings, created_at, updated_at)
   VALUES ($3, $1, $2, $4, $5, $6, $6) ON CONFLICT (directory_id, state)
     DO UPDATE SET mappings = excluded.mappings, version = p.version + 1, updated_at = excluded.updated_at`,
);
const DROP = sql(
  "directory_role_plan_drop",
  `DELETE FROM identity.directory_role_plans WHERE environment_id = $1 AND directory_id = $2 AND state = $3 RETURNING id`,
);
const UNKNOWN = sql(
  "directory_role_plan_unknown",
  `SELECT m.group_id, m.role_slug, g.id IS NOT NULL AS has_group, r.slug IS NOT NULL AS has_role
   FROM jsonb_to_recordset($3) AS m(group_id text, role_slug text)
   LEFT JOIN identity.directory_groups AS g ON g.environment_id = $1 AND g.directory_id = $2 AND g.id = m.group_id
   LEFT JOIN LATERAL (SELECT slug FROM identity.roles WHERE environment_id = $1 AND slug = m.role_slug
     AND resource_type_slug = 'organization' AND (organization_id IS NULL OR organization_id = $4) LIMIT 1) AS r ON true
   WHERE g.id IS NULL OR r.slug IS NULL`,
);
const CLEAR = sql(
  "directory_role_mappings_clear",
  "DELETE FROM identity.directory_role_mappings WHERE environment_id = $1 AND directory_id = $2",
);
const FILL = sql(
  "directory_role_mappings_fill",
  `INSERT INTO identity.directory_role_mappings (id, environment_id, directory_id, group_id, role_slug, priority, created_at)
   SELECT m.id, $1, $2, m.group_id, m.role_slug, m.priority, $4
   FROM jsonb_to_recordset($3) AS m(id text, group_id text, role_slug text, priority int)`,
);
const NAMED = sql(
  "directory_role_plan_named",
  `SELECT g.id, g.name, (SELECT count(*)::int FROM identity.directory_members AS m WHERE m.group_id = g.id) AS members
   FROM identity.directory_groups AS g WHERE g.environment_id = $1 AND g.directory_id = $2 AND g.id = ANY ($3)`,
);
const ROLES = sql(
  "directory_role_plan_roles",
  `SELECT slug, name FROM identity.roles WHERE environment_id = $1 AND resource_type_slug = 'organization'
     AND (organization_id IS NULL OR organization_id = $2) ORDER BY priority DESC, slug LIMIT 500`,
);

/** Prepares which groups give which roles. Nobody's role changes. @throws 404 for a group or a role there is none of. */
export async function draftRoles(
  { db, clock }: Service,
  directory: DirectoryRow,
  { mappings }: DraftRoles,
): Promise<void> {
  // The same said twice counts where it stands first.
  const each = [...new Map([...mappings].reverse().map((m) => [`${m.group_id} ${m.role_slug}`, m])).values()];
  const planned = each.map((mapping, index) => ({ ...mapping, priority: index + 1 })).reverse();
  await db.transaction(directory.environment_id, async (run) => {
    await lock(run, directory);
    await requireKnown(run, directory, planned);
    await put(run, directory, "draft", planned, clock());
  });
}

export async function discardDraft({ db }: Service, { environment_id, id }: DirectoryRow): Promise<void> {
  await db.query(environment_id, DROP, [environment_id, id, "draft"]);
}

/** Switches a draft on: what was in force is kept, to return to. @throws 409 where the draft is not the one that was looked at. */
export async function activateRoles(
  { db, clock }: Service,
  directory: DirectoryRow,
  { version }: z.infer<typeof ActivateRoles>,
): Promise<void> {
  await db.transaction(directory.environment_id, async (run) => {
    await lock(run, directory);
    const draft = await plan(run, directory, "draft");
    if (!draft) throw refused(409, "There is no draft to switch on.", "directory_role_draft_missing");
    if (draft.version !== version)
      throw refused(
        409,
        "The draft has been changed since it was looked at.",
        "directory_role_draft_changed",
      );
    await enforce(run, directory, draft.mappings, clock());
    await run(DROP, [directory.environment_id, directory.id, "draft"]);
  });
}

/** Puts back in force what was before; what was in force until now can be returned to in turn. */
export async function returnRoles({ db, clock }: Service, directory: DirectoryRow): Promise<void> {
  await db.transaction(directory.environment_id, async (run) => {
    await lock(run, directory);
    const before = await plan(run, directory, "previous");
    if (!before)
      throw refused(409, "There are no roles from before to return to.", "directory_role_plan_missing");
    // Groups that have gone since give nobody anything.
    const unknown = await unknownOf(run, directory, before.mappings);
    const gone = new Set(unknown.filter(({ has_group }) => !has_group).map(({ group_id }) => group_id));
    await enforce(
      run,
      directory,
      before.mappings.filter(({ group_id }) => !gone.has(group_id)),
      clock(),
    );
  });
}

/** What is in force, what is prepared, and what there is to choose from. */
export async function rolePlanToWire(db: Database, directory: DirectoryRow) {
  const { environment_id, id, organization_id } = directory;
  return await db.transaction(environment_id, async (run) => {
    const inForce = await run<PlannedMapping>(IN_FORCE, [environment_id, id]);
    const plans = await run<RolePlanRow>(PLANS, [environment_id, id]);
    const roles = await run<{ slug: string; name: string }>(ROLES, [environment_id, organization_id]);
    const every = [inForce, ...plans.map(({ mappings }) => mappings)].flat();
    const ids = [...new Set(every.map(({ group_id }) => group_id))];
    const groups = await run<{ id: string; name: string; members: number }>(NAMED, [environment_id, id, ids]);
    const byId = new Map(groups.map((group) => [group.id, group]));
    const shown = (mappings: readonly PlannedMapping[]) =>
      mappings.map(({ group_id, role_slug, priority }) => {
        const group = byId.get(group_id);
        // Null: the group has gone since.
        return {
          group_id,
          group_name: group?.name ?? null,
          members: group?.members ?? 0,
          role_slug,
          priority,
        };
      });
    const [draft, previous] = (["draft", "previous"] as const).map((state) =>
      plans.find((each) => each.state === state),
    );
    return {
      object: "directory_role_plan" as const,
      directory_id: id,
      mappings: shown(inForce),
      draft: draft
        ? { version: draft.version, mappings: shown(draft.mappings), updated_at: iso(draft.updated_at) }
        : null,
      previous: previous
        ? { mappings: shown(previous.mappings), replaced_at: iso(previous.updated_at) }
        : null,
      roles,
    };
  });
}

/** The mappings that a preview is of: the draft, else those in force. */
export async function plannedMappings(
  db: Database,
  { environment_id, id }: DirectoryRow,
): Promise<{ mappings: PlannedMapping[]; version: number | null }> {
  const plans = await db.query<RolePlanRow>(environment_id, PLANS, [environment_id, id]);
  const draft = plans.find(({ state }) => state === "draft");
  if (draft) return { mappings: draft.mappings, version: draft.version };
  const mappings = await db.query<PlannedMapping>(environment_id, IN_FORCE, [environment_id, id]);
  return { mappings, version: null };
}

async function enforce(
  run: Run,
  directory: DirectoryRow,
  mappings: readonly PlannedMapping[],
  now: Date,
): Promise<void> {
  const { environment_id, id } = directory;
  await requireKnown(run, directory, mappings);
  const before = await run<PlannedMapping>(IN_FORCE, [environment_id, id]);
  await put(run, directory, "previous", before, now);
  await run(CLEAR, [environment_id, id]);
  const rows = mappings.map((mapping) => ({ ...mapping, id: newId("directory_role_mapping") }));
  await run(FILL, [environment_id, id, json(rows), now]);
  const changed = await run<{ id: string }>(CHANGED_BY, [environment_id, id, json(mappings)]);
  await assignRoles(
    into(directory, run, now),
    changed.map((user) => user.id),
  );
}

async function requireKnown(
  run: Run,
  directory: DirectoryRow,
  mappings: readonly PlannedMapping[],
): Promise<void> {
  const [unknown] = await unknownOf(run, directory, mappings);
  if (!unknown) return;
  throw unknown.has_group
    ? notFound("Role", unknown.role_slug)
    : notFound("Directory Group", unknown.group_id);
}

async function unknownOf(
  run: Run,
  { environment_id, id, organization_id }: DirectoryRow,
  mappings: readonly PlannedMapping[],
) {
  return await run<{ group_id: string; role_slug: string; has_group: boolean; has_role: boolean }>(UNKNOWN, [
    environment_id,
    id,
    json(mappings),
    organization_id,
  ]);
}

async function plan(
  run: Run,
  { environment_id, id }: DirectoryRow,
  state: RolePlanRow["state"],
): Promise<RolePlanRow | undefined> {
  const plans = await run<RolePlanRow>(PLANS, [environment_id, id]);
  return plans.find((each) => each.state === state);
}

async function put(
  run: Run,
  { environment_id, id }: DirectoryRow,
  state: RolePlanRow["state"],
  mappings: readonly PlannedMapping[],
  now: Date,
): Promise<void> {
  const planId = newId("directory_role_plan");
  await run(PUT, [environment_id, id, planId, state, json(mappings), now]);
}

/** One after the other: two that switch on at once would each keep the other's as what was before. */
async function lock(run: Run, { environment_id, id }: DirectoryRow): Promise<void> {
  if ((await run(LOCK, [environment_id, id])).length === 0) throw notFound("Directory", id);
}

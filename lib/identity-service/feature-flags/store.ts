import { isDeepStrictEqual } from "node:util";
import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { type Author, describeActor } from "../events/actor.ts";
import { recordEvent } from "../events/record.ts";
import { notFound, refused } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type ChangeFlag, type CreateFlag, type FlagRow, flagInEvent } from "./flag.ts";

const FIND = sql(
  "feature_flag_find",
  "SELECT * FROM identity.feature_flags WHERE environment_id = $1 AND slug = $2",
);
const LOCK = sql("feature_flag_lock", `${FIND.text} FOR UPDATE`);
const INSERT = sql(
  "feature_flag_insert",
  `INSERT INTO identity.feature_flags
     (id, environment_id, slug, name, description, tags, enabled, default_value, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (environment_id, slug) DO NOTHING RETURNING *`,
);
const UPDATE = sql(
  "feature_flag_update",
  `UPDATE identity.feature_flags SET name = $3, description = $4, tags = $5, enabled = $6, default_value = $7, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const DELETE = sql(
  "feature_flag_delete",
  "DELETE FROM identity.feature_flags WHERE environment_id = $1 AND id = $2",
);

export const SELECT_FLAGS = "SELECT row.* FROM identity.feature_flags AS row";

export function flags(environmentId: string): ListSource {
  return { select: SELECT_FLAGS, where: ["row.environment_id = $1"], values: [environmentId] };
}

export async function getFlag(db: Database, environmentId: string, slug: string): Promise<FlagRow> {
  const [row] = await db.query<FlagRow>(environmentId, FIND, [environmentId, slug]);
  if (!row) throw notFound("Feature Flag", slug);
  return row;
}

/** A flag that stays as it is until the transaction ends. */
export async function lockFlag(run: Run, environmentId: string, slug: string): Promise<FlagRow> {
  const [row] = await run<FlagRow>(LOCK, [environmentId, slug]);
  if (!row) throw notFound("Feature Flag", slug);
  return row;
}

export async function createFlag(db: Database, author: Author, wanted: CreateFlag): Promise<FlagRow> {
  const { environmentId } = author;
  const id = newId("flag");
  return await db.transaction(environmentId, async (run) => {
    const [row] = await run<FlagRow>(INSERT, [
      id,
      environmentId,
      wanted.slug,
      wanted.name,
      wanted.description ?? null,
      [...new Set(wanted.tags)],
      wanted.enabled,
      wanted.default_value,
      createdAt(id),
    ]);
    if (!row)
      throw refused(
        409,
        `A feature flag with the slug '${wanted.slug}' already exists.`,
        "flag_slug_conflict",
      );
    await tell(run, author, "created", row);
    return row;
  });
}

/** Changes what is given. What stays as it was is no event. */
export async function changeFlag(
  db: Database,
  author: Author,
  slug: string,
  change: ChangeFlag,
): Promise<FlagRow> {
  const { environmentId } = author;
  return await db.transaction(environmentId, async (run) => {
    const before = await lockFlag(run, environmentId, slug);
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    const wanted: FlagRow = { ...before, ...Object.fromEntries(given) };
    const previous = changedOf(before, wanted);
    if (Object.keys(previous).length === 0) return before;
    const { name, description, tags, enabled, default_value } = wanted;
    const values = [environmentId, before.id, name, description, tags, enabled, default_value];
    const [row] = await run<FlagRow>(UPDATE, values);
    if (!row) throw notFound("Feature Flag", slug);
    await tell(run, author, "updated", row, { previous_attributes: { data: previous } });
    return row;
  });
}

export async function removeFlag(db: Database, author: Author, slug: string): Promise<void> {
  await db.transaction(author.environmentId, async (run) => {
    const row = await lockFlag(run, author.environmentId, slug);
    await run(DELETE, [author.environmentId, row.id]);
    await tell(run, author, "deleted", row);
  });
}

function changedOf(before: FlagRow, after: FlagRow): Record<string, unknown> {
  const keys = ["name", "description", "tags", "enabled", "default_value"] as const;
  return Object.fromEntries(
    keys.filter((key) => !isDeepStrictEqual(before[key], after[key])).map((key) => [key, before[key]]),
  );
}

async function tell(
  run: Run,
  author: Author,
  what: "created" | "updated" | "deleted",
  row: FlagRow,
  more: { previous_attributes?: Record<string, unknown> } = {},
): Promise<void> {
  await recordEvent(run, author.environmentId, {
    event: `flag.${what}`,
    data: flagInEvent(row),
    organizationId: null,
    context: { ...(await describeActor(run, author)), ...more },
  });
}

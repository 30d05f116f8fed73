import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, json, sql } from "../db.ts";
import { invalid, notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { iso } from "../wire/time.ts";
import { MetadataSchema } from "./metadata-schema.ts";

export const Action = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/, "An action is written like user.signed_in.");
const Described = z.object({ metadata: MetadataSchema.default({}) });

export const CreateSchema = z.object({
  actor: Described.default({ metadata: {} }),
  targets: z
    .array(Described.extend({ type: z.string().min(1).max(200) }))
    .min(1)
    .max(50),
  metadata: MetadataSchema.default({}),
});
export type CreateSchema = z.infer<typeof CreateSchema>;

/** A schema of one action and version, as kept. */
export interface SchemaRow extends CreateSchema {
  id: string;
  action: string;
  version: number;
  created_at: Date;
}

/** An action is there from its first schema on. */
export interface ActionRow {
  id: string;
  name: string;
  created_at: Date;
  latest: Omit<SchemaRow, "created_at"> & { created_at: string };
}

// Two at once would both be the next version: one after the other, by action.
const ONE_AT_A_TIME = sql("audit_log_schema_turn", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))");
const INSERT = sql(
  "audit_log_schema_insert",
  `INSERT INTO identity.audit_log_schemas (id, environment_id, action, version, actor, targets, metadata, created_at)
   SELECT $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7 FROM identity.audit_log_schemas
   WHERE environment_id = $2 AND action = $3 RETURNING *`,
);
const EXISTS = sql(
  "audit_log_action_exists",
  "SELECT id FROM identity.audit_log_schemas WHERE environment_id = $1 AND action = $2 AND version = 1",
);

export function actions(environmentId: string): ListSource {
  return {
    select: `SELECT row.id, row.action AS name, row.created_at, (
        SELECT to_json(latest) FROM identity.audit_log_schemas AS latest
        WHERE latest.environment_id = row.environment_id AND latest.action = row.action
        ORDER BY latest.version DESC LIMIT 1) AS latest
      FROM identity.audit_log_schemas AS row`,
    where: ["row.environment_id = $1", "row.version = 1"],
    values: [environmentId],
  };
}

export function schemasOf(environmentId: string, action: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.audit_log_schemas AS row",
    where: ["row.environment_id = $1", "row.action = $2"],
    values: [environmentId, action],
  };
}

export async function requireAction(db: Database, environmentId: string, action: string): Promise<void> {
  const found = await db.query(environmentId, EXISTS, [environmentId, action]);
  if (found.length === 0) throw notFound("Audit Log Action", action);
}

/** The next version of an action's schema. Those before it stay as they are, for events that name them. */
export async function createSchema(
  db: Database,
  environmentId: string,
  action: string,
  wanted: CreateSchema,
): Promise<SchemaRow> {
  const types = wanted.targets.map(({ type }) => type);
  if (new Set(types).size < types.length)
    throw invalid([{ field: "targets", code: "duplicate", message: "Each type of target is listed once." }]);
  return await db.transaction(environmentId, async (run) => {
    await run(ONE_AT_A_TIME, [`audit_log_schema:${environmentId}:${action}`]);
    const id = newId("audit_log_schema");
    const parts = [json(wanted.actor), json(wanted.targets), json(wanted.metadata)];
    const [row] = await run<SchemaRow & Record<string, unknown>>(INSERT, [
      id,
      environmentId,
      action,
      ...parts,
      createdAt(id),
    ]);
    if (!row) throw new Error("The schema was not kept.");
    return row;
  });
}

export function schemaToWire(row: SchemaRow) {
  return {
    object: "audit_log_schema" as const,
    version: row.version,
    actor: row.actor,
    targets: row.targets,
    metadata: row.metadata,
    created_at: iso(row.created_at),
  };
}

export function actionToWire({ name, created_at, latest }: ActionRow) {
  const schema = schemaToWire({ ...latest, created_at: new Date(latest.created_at) });
  return {
    object: "audit_log_action" as const,
    name,
    schema,
    created_at: iso(created_at),
    updated_at: schema.created_at,
  };
}

import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Database, json, sql } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import { notFound, WireError } from "../wire/errors.ts";
import { Metadata, mismatches } from "./metadata-schema.ts";
import { Action, type CreateSchema } from "./schemas.ts";

const Party = z.object({
  id: z.string().max(500),
  type: z.string().min(1).max(200),
  name: z.string().max(500).nullish(),
  metadata: Metadata.default({}),
});

export const IngestEvent = z.object({
  organization_id: z.string(),
  event: z.object({
    action: Action,
    version: z.number().int().min(1).max(1_000_000).default(1),
    occurred_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    actor: Party,
    targets: z.array(Party).max(100),
    context: z.object({ location: z.string().max(500), user_agent: z.string().max(2_000).nullish() }),
    metadata: Metadata.default({}),
  }),
});
type IngestEvent = z.infer<typeof IngestEvent>;

const FIND = sql(
  "audit_log_schema_find",
  `SELECT schema.actor, schema.targets, schema.metadata FROM identity.organizations AS organization
   LEFT JOIN identity.audit_log_schemas AS schema
     ON schema.environment_id = $1 AND schema.action = $3 AND schema.version = $4
   WHERE organization.environment_id = $1 AND organization.id = $2`,
);
// Both in one statement: an event is taken in and known as taken in, or neither.
const INSERT = sql(
  "audit_log_event_insert",
  `WITH fresh AS (
     INSERT INTO identity.audit_log_repeats AS earlier (environment_id, key_hash) VALUES ($2, $11)
     ON CONFLICT (environment_id, key_hash) DO UPDATE SET created_at = now()
       WHERE earlier.created_at < now() - interval '24 hours'
     RETURNING key_hash)
   INSERT INTO identity.audit_log_events
     (id, environment_id, organization_id, action, version, occurred_at, actor, targets, context, metadata)
   SELECT $1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9::jsonb, $10::jsonb FROM fresh`,
);

/**
 * Takes in an event that is as the schema of its action says. The same request again within a day, by its
 * `Idempotency-Key` and body or by its body alone, is the same event.
 */
export async function ingestEvent(
  db: Database,
  environmentId: string,
  given: IngestEvent,
  repeatedBy: { key: string | null; body: unknown },
): Promise<void> {
  const { organization_id, event } = given;
  const [found] = await db.query<{ [Part in keyof CreateSchema]: CreateSchema[Part] | null }>(
    environmentId,
    FIND,
    [environmentId, organization_id, event.action, event.version],
  );
  if (!found) throw notFound("Organization", organization_id);
  const { actor, targets, metadata } = found;
  if (!actor || !targets || !metadata) throw notAsDescribed(["/action"]);
  const problems = problemsOf(event, { actor, targets, metadata });
  if (problems.length > 0) throw notAsDescribed(problems);
  const values = [
    newId("audit_log_event"),
    environmentId,
    organization_id,
    event.action,
    event.version,
    event.occurred_at,
    json(event.actor),
    json(event.targets),
    json(event.context),
    json(event.metadata),
    hashSecret(JSON.stringify([repeatedBy.key, repeatedBy.body])),
  ];
  await db.query(environmentId, INSERT, values).catch((error: { code?: string }) => {
    // Deleted in this moment.
    throw error.code === "23503" ? notFound("Organization", organization_id) : error;
  });
}

function problemsOf(event: IngestEvent["event"], schema: CreateSchema): string[] {
  const described = new Map(schema.targets.map(({ type, metadata }) => [type, metadata]));
  return [
    ...mismatches(schema.actor.metadata, event.actor.metadata, "/actor/metadata"),
    ...(event.targets.length === 0 ? ["/targets"] : []),
    ...event.targets.flatMap(({ type, metadata }, index) => {
      const expected = described.get(type);
      if (!expected) return [`/targets/${index}/type`];
      return mismatches(expected, metadata, `/targets/${index}/metadata`);
    }),
    ...mismatches(schema.metadata, event.metadata, "/metadata"),
  ];
}

function notAsDescribed(paths: string[]): WireError {
  return new WireError(400, {
    message: "Invalid Audit Log event.",
    code: "invalid_audit_log_event",
    errors: paths.map((instancePath) => ({ instancePath })),
  });
}

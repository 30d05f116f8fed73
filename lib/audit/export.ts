import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { csvLine } from "#lib/shared/csv.ts";
import type { AuditFormat, AuditQuery } from "./schema.ts";
import { inBatches, inLines, recordTaken } from "./taking.ts";
import { type AuditScope, auditWhere } from "./where.ts";
import { eventSentence } from "./words.ts";

interface ExportRow {
  id: string;
  occurredAt: Date;
  actorId: string;
  actorName: string;
  actorKind: string;
  actorRole: string;
  sessionId: string | null;
  ip: string | null;
  action: string;
  targetType: string;
  targetId: string;
  targetName: string;
  customerId: string | null;
  deploymentId: string | null;
  before: Prisma.JsonValue;
  after: Prisma.JsonValue;
  detail: Prisma.JsonValue;
}

/**
 * Everything of the log that the filter names, oldest first, in pieces: memory stays the same however long the log is.
 * The export is on record before its first byte. Rows are read in batches by where the last one ended, each in a short
 * transaction of its own, so that a slow reader holds nothing in the database; nothing is ever changed or deleted
 * in between, and what is written after the start is left out.
 */
export async function exportAuditEvents(
  actor: Actor,
  format: AuditFormat,
  query: AuditQuery,
  scope: AuditScope = {},
  now = systemClock(),
): Promise<AsyncGenerator<string>> {
  actor.must("audit.export");
  const { deploymentId } = scope;
  await recordTaken(actor, { action: "audit.export", all: "audit", format, query, deploymentId });
  const until = query.until && query.until < now ? query.until : now;
  const where = auditWhere(actor, scope, { ...query, until });
  return FORMATS[format](inBatches((after, count) => readBatch(actor, where, after, count)));
}

function readBatch(
  actor: Actor,
  where: Prisma.Sql,
  after: ExportRow | undefined,
  count: number,
): Promise<ExportRow[]> {
  const beyond = after
    ? Prisma.sql`AND (a.occurred_at, a.id) > (${after.occurredAt}, ${after.id})`
    : Prisma.empty;
  return inScope(actor, (tx) =>
    tx.$queryRaw<ExportRow[]>(Prisma.sql`
      SELECT a.id, a.occurred_at AS "occurredAt", a.actor_id AS "actorId", a.actor_name AS "actorName",
        a.actor_kind AS "actorKind", a.actor_role AS "actorRole", a.session_id AS "sessionId", a.ip, a.action,
        a.target_type AS "targetType", a.target_id AS "targetId", a.target_name AS "targetName",
        a.customer_id AS "customerId", a.deployment_id AS "deploymentId", a.before, a.after, a.detail
      FROM console.audit_events a WHERE ${where} ${beyond} ORDER BY a.occurred_at, a.id LIMIT ${count}`),
  );
}

const FORMATS: Record<AuditFormat, (batches: AsyncGenerator<ExportRow[]>) => AsyncGenerator<string>> = {
  csv: (batches) => inLines(batches, csvRow, csvLine(COLUMNS)),
  ndjson: (batches) => inLines(batches, (row) => `${JSON.stringify(record(row))}\n`),
};

const COLUMNS = [
  "id",
  "occurred_at_utc",
  "what",
  "action",
  "actor_id",
  "actor_name",
  "actor_kind",
  "actor_role",
  "target_type",
  "target_id",
  "target_name",
  "customer_id",
  "deployment_id",
  "session_id",
  "ip",
  "before",
  "after",
  "detail",
];

function csvRow(row: ExportRow): string {
  return csvLine([
    row.id,
    row.occurredAt.toISOString(),
    eventSentence(row),
    row.action,
    row.actorId,
    row.actorName,
    row.actorKind,
    row.actorRole,
    row.targetType,
    row.targetId,
    row.targetName,
    row.customerId,
    row.deploymentId,
    row.sessionId,
    row.ip,
    row.before === null ? null : JSON.stringify(row.before),
    row.after === null ? null : JSON.stringify(row.after),
    JSON.stringify(row.detail),
  ]);
}

function record(row: ExportRow): Record<string, unknown> {
  return {
    id: row.id,
    occurred_at: row.occurredAt.toISOString(),
    action: row.action,
    sentence: eventSentence(row),
    actor: { id: row.actorId, name: row.actorName, kind: row.actorKind, role: row.actorRole },
    target: { type: row.targetType, id: row.targetId, name: row.targetName },
    customer_id: row.customerId,
    deployment_id: row.deploymentId,
    session_id: row.sessionId,
    ip: row.ip,
    before: row.before,
    after: row.after,
    detail: row.detail,
  };
}

import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { visibleSql } from "#lib/platform/sql.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { AuditQuery } from "./schema.ts";
import { type AuditScope, auditWhere } from "./where.ts";

export interface AuditRow {
  id: string;
  occurredAt: Date;
  actorId: string;
  actorName: string;
  actorKind: string;
  actorRole: string;
  action: string;
  targetType: string;
  targetId: string;
  targetName: string;
  customerId: string | null;
  customerName: string | null;
  deploymentId: string | null;
  deploymentName: string | null;
  ip: string | null;
  detail: Prisma.JsonValue;
}

export interface AuditEventDetail extends AuditRow {
  sessionId: string | null;
  before: Prisma.JsonValue;
  after: Prisma.JsonValue;
}

/** Counted exactly up to here; beyond it a list says "10,000+". Narrowing by time reaches the rest. */
export const COUNTED_MAX = 10_000;

/** One page of the log, newest first. `total` stops at `COUNTED_MAX`, and `more` then says that there is more. */
export function listAuditEvents(
  actor: Actor,
  query: AuditQuery,
  scope: AuditScope = {},
): Promise<Page<AuditRow> & { more: boolean }> {
  actor.must("audit.read");
  return inScope(actor, async (tx) => {
    const where = auditWhere(actor, scope, query);
    const found = await countAndFind(tx, where, query);
    const rows = await readRows(tx, found.ids, query.direction);
    const more = found.total > COUNTED_MAX;
    return {
      rows,
      total: Math.min(found.total, COUNTED_MAX),
      more,
      page: query.page,
      pageSize: query.pageSize,
    };
  });
}

/** One event with everything it holds. */
export function getAuditEvent(
  actor: Actor,
  eventId: string,
  scope: AuditScope = {},
): Promise<AuditEventDetail> {
  actor.must("audit.read");
  return inScope(actor, async (tx) => {
    const where = {
      id: eventId,
      ...visibleTo(actor),
      ...(scope.deploymentId ? { deploymentId: scope.deploymentId } : {}),
    };
    const event = await tx.auditEvent.findFirst({
      where,
      select: { sessionId: true, before: true, after: true },
    });
    const [row] = event ? await readRows(tx, [eventId], "desc") : [];
    if (!event || !row) throw new AppError("not_found", "There is no such event.");
    return { ...row, ...event };
  });
}

/** Who has done something, to choose from: those who did most recently, each once. */
export function listAuditActors(
  actor: Actor,
  scope: AuditScope = {},
): Promise<{ id: string; name: string }[]> {
  actor.must("audit.read");
  // Walks the index from actor to actor instead of reading every event: as many steps as there are actors.
  const here = scope.deploymentId ? Prisma.sql`AND deployment_id = ${scope.deploymentId}` : Prisma.empty;
  const visible = Prisma.sql`${visibleSql(actor, Prisma.sql`customer_id`)} ${here}`;
  return inScope(actor, (tx) =>
    tx.$queryRaw<{ id: string; name: string }[]>(Prisma.sql`
      WITH RECURSIVE actors AS (
        (SELECT actor_id, actor_name FROM console.audit_events WHERE ${visible} ORDER BY actor_id, occurred_at DESC LIMIT 1)
        UNION ALL
        SELECT next.* FROM actors, LATERAL (
          SELECT actor_id, actor_name FROM console.audit_events
          WHERE ${visible} AND actor_id > actors.actor_id ORDER BY actor_id, occurred_at DESC LIMIT 1
        ) next
      )
      SELECT actor_id AS id, actor_name AS name FROM (SELECT * FROM actors LIMIT 200) known ORDER BY actor_name`),
  );
}

/**
 * Counts up to the bound and, where the bound holds all there is, cuts the page out of what was counted: so a search
 * for something rare reads the log once. Something frequent is found quickly by walking back from the newest.
 */
async function countAndFind(
  tx: Tx,
  where: Prisma.Sql,
  query: AuditQuery,
): Promise<{ total: number; ids: string[] }> {
  const { skip, take } = pageBounds(query);
  const order =
    query.direction === "asc" ? Prisma.sql`occurred_at, id` : Prisma.sql`occurred_at DESC, id DESC`;
  const [found] = await tx.$queryRaw<{ total: number; ids: string[] }[]>(Prisma.sql`
    WITH found AS MATERIALIZED (
      SELECT a.id, a.occurred_at FROM console.audit_events a WHERE ${where} LIMIT ${COUNTED_MAX + 1}
    )
    SELECT (SELECT count(*)::int FROM found) AS total,
      ARRAY(SELECT id FROM found ORDER BY ${order} LIMIT ${take} OFFSET ${skip}) AS ids`);
  if (!found) return { total: 0, ids: [] };
  if (found.total <= COUNTED_MAX) return found;
  if (skip >= COUNTED_MAX) return { total: found.total, ids: [] };
  const rows = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT a.id FROM console.audit_events a WHERE ${where} ORDER BY ${order} LIMIT ${take} OFFSET ${skip}`);
  return { total: found.total, ids: rows.map(({ id }) => id) };
}

async function readRows(tx: Tx, ids: readonly string[], direction: "asc" | "desc"): Promise<AuditRow[]> {
  if (ids.length === 0) return [];
  const order =
    direction === "asc" ? Prisma.sql`a.occurred_at, a.id` : Prisma.sql`a.occurred_at DESC, a.id DESC`;
  return await tx.$queryRaw<AuditRow[]>(Prisma.sql`
    SELECT a.id, a.occurred_at AS "occurredAt", a.actor_id AS "actorId", a.actor_name AS "actorName",
      a.actor_kind AS "actorKind", a.actor_role AS "actorRole", a.action, a.target_type AS "targetType",
      a.target_id AS "targetId", a.target_name AS "targetName", a.customer_id AS "customerId", k.name AS "customerName",
      a.deployment_id AS "deploymentId", d.name AS "deploymentName", a.ip, a.detail
    FROM console.audit_events a
    LEFT JOIN console.customers k ON k.id = a.customer_id
    LEFT JOIN console.deployments d ON d.id = a.deployment_id
    WHERE a.id = ANY(${[...ids]}::text[]) ORDER BY ${order}`);
}

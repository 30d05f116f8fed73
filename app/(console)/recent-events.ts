import type { RecentEvent } from "#components/deployments/recent-events.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { listAuditEvents } from "#lib/audit/queries.ts";
import { AUDIT_LIST, auditQuery } from "#lib/audit/schema.ts";
import { tellEvent } from "#lib/audit/words.ts";
import { parseListQuery } from "#lib/platform/list.ts";

/** The last few events at a customer, a deployment or everywhere, told in words. */
export async function recentEvents(
  actor: Actor,
  where: { customerId?: string; deploymentId?: string },
  count: number,
): Promise<RecentEvent[]> {
  if (!actor.can("audit.read")) return [];
  const params = where.customerId ? { customer: where.customerId } : {};
  const scope = where.deploymentId ? { deploymentId: where.deploymentId } : {};
  const { rows } = await listAuditEvents(
    actor,
    { ...auditQuery(parseListQuery(params, AUDIT_LIST)), pageSize: count },
    scope,
  );
  return rows.map((row) => ({ id: row.id, at: row.occurredAt, ...tellEvent(row) }));
}

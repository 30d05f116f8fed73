import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { AuditAction } from "#lib/audit/schema.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";

/** Writes down what is done with a connection of the set-up's own organization, by which link. */
export async function recordOwn(
  setup: Setup,
  connectionId: string,
  action: AuditAction,
  detail: Prisma.InputJsonObject,
): Promise<void> {
  const { actor, environmentId, organizationId, customerId, deploymentId } = setup;
  await inScope(actor, async (tx) => {
    const where = { id: connectionId, environmentId, organizationId, ...visibleTo(actor) };
    const found = await tx.connection.findFirst({ where, select: { name: true } });
    if (!found) throw declined("not_found", "no_such_connection");
    const target = { targetType: "connection", targetId: connectionId, targetName: found.name };
    await recordAudit(tx, actor, { action, ...target, customerId, deploymentId, detail });
  });
}

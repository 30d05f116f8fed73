import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import { outcomeOf } from "#lib/audit/outcome.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { AuditAction, Outcome } from "#lib/audit/schema.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";

interface Asked {
  connectionId: string;
  action: AuditAction;
  detail: Prisma.InputJsonObject;
}

/**
 * Asks the service to do something with a connection of the set-up's own organization. That it was asked for is on record
 * before, so that nothing is done without a record, whatever dies meanwhile; that it was refused, or that no answer came, is on
 * record after (docs/decisions/0026).
 */
export async function askFor<Done>(setup: Setup, asked: Asked, work: () => Promise<Done>): Promise<Done> {
  await record(setup, asked, { outcome: "asked" });
  try {
    return await work();
  } catch (error) {
    await record(setup, asked, outcomeOf(error));
    throw error;
  }
}

/** The same for what people sign in by from then on: that it was done is on record as well. */
export async function decide<Done>(setup: Setup, asked: Asked, work: () => Promise<Done>): Promise<Done> {
  const done = await askFor(setup, asked, work);
  await record(setup, asked, { outcome: "done" });
  return done;
}

async function record(
  { actor, environmentId, organizationId, customerId, deploymentId }: Setup,
  { connectionId, action, detail }: Asked,
  came: { outcome: Outcome; because?: string },
): Promise<void> {
  await inScope(actor, async (tx) => {
    const where = { id: connectionId, environmentId, organizationId, ...visibleTo(actor) };
    const found = await tx.connection.findFirst({ where, select: { name: true } });
    if (!found) throw declined("not_found", "no_such_connection");
    await recordAudit(tx, actor, {
      action,
      ...{ targetType: "connection", targetId: connectionId, targetName: found.name },
      ...{ customerId, deploymentId },
      detail: { ...detail, ...came },
    });
  });
}

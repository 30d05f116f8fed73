import "server-only";
import type { Connection } from "#lib/drivers/port.ts";
import type { Tx } from "#lib/platform/db.ts";
import { declined } from "#lib/shared/refusals.ts";

export interface MirrorPlace {
  customerId: string;
  deploymentId: string;
  environmentId: string;
}

/** Repeats here what a driver said of a connection. `organizationName` null: not known, keep what we have. */
export async function mirror(
  tx: Tx,
  { customerId, deploymentId, environmentId }: MirrorPlace,
  connection: Connection,
  organizationName: string | null,
  syncedAt: Date,
): Promise<void> {
  const place = { customerId, deploymentId, environmentId };
  const { id, health, type, name, state, domains, organizationId, createdAt } = connection;
  const known = await tx.connection.findUnique({ where: { id }, select: { environmentId: true } });
  // Two environments that claim one id would let one customer's site rewrite another's rows.
  if (known && known.environmentId !== place.environmentId) throw declined("upstream", "foreign_connection");
  const facts = {
    ...{ type, name, state, domains, organizationId, syncedAt },
    ...(organizationName === null ? {} : { organizationName }),
    ...(health ?? {}),
  };
  await tx.connection.upsert({
    where: { id },
    create: { id, ...place, createdAt, ...facts },
    update: facts,
    select: { id: true },
  });
}

import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { declined } from "#lib/shared/refusals.ts";

/** The environment, if the actor may know of it; used by every room that changes something inside one. */
export async function requireEnvironment(tx: Tx, actor: Actor, environmentId: string) {
  const found = await tx.environment.findFirst({
    where: { id: environmentId, state: { not: "removed" }, ...visibleTo(actor) },
    select: {
      id: true,
      customerId: true,
      deploymentId: true,
      name: true,
      kind: true,
      driver: true,
      state: true,
      serviceId: true,
      remoteId: true,
      clientId: true,
      baseUrl: true,
    },
  });
  if (!found) throw declined("not_found", "no_such_environment");
  return found;
}

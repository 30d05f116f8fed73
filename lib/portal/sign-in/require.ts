import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import type { Purpose } from "#lib/access/permissions.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";

/** A link does what it was made for. What two purposes may both do is still not what either may do alone. */
export function requirePurpose(setup: Setup, ...purposes: readonly Purpose[]): void {
  if (purposes.some((purpose) => setup.purposes.includes(purpose))) return;
  throw declined("forbidden", "link_not_for_this");
}

/** The connection, if it is of the set-up's own organization. Everybody else's does not exist here. */
export async function requireOwnConnection(setup: Setup, connectionId: string) {
  const { actor, environmentId, organizationId } = setup;
  const found = await inScope(actor, (tx) =>
    tx.connection.findFirst({
      where: { id: connectionId, environmentId, organizationId, ...visibleTo(actor) },
      select: { id: true, name: true, type: true, state: true, guideId: true },
    }),
  );
  if (!found) throw declined("not_found", "no_such_connection");
  return found;
}

/** What makes connections where the set-up is. */
export async function makerOf({ environmentId }: Setup) {
  const { connections } = await driverOf(environmentId);
  if (!connections) throw declined("invalid", "connections_in_workos_portal");
  return connections;
}

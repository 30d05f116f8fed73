import "server-only";
import { visibleTo } from "#lib/access/actor.ts";
import { mirrorDomain } from "#lib/domains/mirror.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import { declined } from "#lib/shared/refusals.ts";
import type { Setup } from "../setup.ts";

/** The domain of the set-up's own organization: any other is not there, whoever's it is. */
export async function requireOwnDomain(
  setup: Setup,
  domainId: string,
): Promise<{ name: string; state: string }> {
  const { actor, customerId, deploymentId, environmentId, organizationId } = setup;
  const own = { id: domainId, environmentId, organizationId, ...visibleTo(actor) };
  const known = await inScope(actor, (tx) =>
    tx.domain.findFirst({ where: own, select: { name: true, state: true } }),
  );
  if (known) return known;
  // Added at the site, and not told of yet.
  const found = await (await driverOf(environmentId)).domains.get(domainId);
  if (found.organizationId !== organizationId) throw declined("not_found", "no_such_domain");
  const place = { customerId, deploymentId, environmentId };
  await inScope(actor, (tx) => mirrorDomain(tx, place, found, new Date()));
  return found;
}

import "server-only";
import { readLook } from "#lib/domains/queries.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import type { Domain } from "#lib/drivers/domain-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { Setup } from "../setup.ts";

export interface PortalDomains {
  domains: Domain[];
  /** The environment does not answer: what stands here is what was heard last. */
  isSilent: boolean;
  /** When that was; null where nothing was heard of yet. */
  asOf: Date | null;
  /** Whether the environment tells what it found. */
  tellsLooks: boolean;
}

/** The domains of the set-up's organization, from its environment; where that is silent, as the console last heard of them. */
export async function listPortalDomains(setup: Setup): Promise<PortalDomains> {
  const { actor, environmentId, organizationId } = setup;
  actor.must("domain.read");
  const { driver } = await inScope(actor, (tx) => requireEnvironment(tx, actor, environmentId));
  const tellsLooks = whyNot(driver, "see_domain_looks") === null;
  try {
    const { domains } = await driverOf(environmentId);
    return { domains: byName(await domains.listOf(organizationId)), isSilent: false, asOf: null, tellsLooks };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...(await known(setup)), tellsLooks };
  }
}

async function known({ actor, environmentId, organizationId }: Setup) {
  const rows = await inScope(actor, (tx) =>
    tx.domain.findMany({ where: { environmentId, organizationId }, take: 100 }),
  );
  const domains = rows.map(
    (row): Domain => ({
      ...{ id: row.id, organizationId, organizationName: row.organizationName, name: row.name },
      state: row.state as Domain["state"],
      strategy: row.strategy as Domain["strategy"],
      record: row.recordValue ? { name: row.recordName, value: row.recordValue } : null,
      lastLook: readLook(row),
      createdAt: row.createdAt,
    }),
  );
  const heard = rows.map(({ syncedAt }) => syncedAt.getTime());
  const asOf = heard.length > 0 ? new Date(Math.min(...heard)) : null;
  return { domains: byName(domains), isSilent: true, asOf };
}

function byName(domains: Domain[]): Domain[] {
  return domains.toSorted((one, other) => one.name.localeCompare(other.name));
}

import "server-only";
import { askFor } from "#lib/audit/asked.ts";
import type { AuditAction } from "#lib/audit/schema.ts";
import type { LdapProber } from "#lib/drivers/ldap-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";

/**
 * Has directory servers tried where the set-up is. Which servers somebody had tried is on record, and whether the site answered:
 * it is the site that connects to them.
 */
export async function askProber<Answer>(
  { actor, environmentId, organizationId, organizationName, customerId, deploymentId }: Setup,
  action: AuditAction,
  servers: readonly string[],
  work: (prober: LdapProber) => Promise<Answer>,
): Promise<Answer> {
  const { ldap } = await driverOf(environmentId);
  if (!ldap) throw declined("invalid", "no_directory_servers");
  const asked = {
    action,
    ...{ targetType: "organization", targetId: organizationId, targetName: organizationName },
    ...{ customerId, deploymentId },
    detail: { servers: servers.join(", ") },
  };
  return await askFor(actor, asked, () => work(ldap));
}

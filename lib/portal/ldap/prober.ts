import "server-only";
import { recordAudit } from "#lib/audit/record.ts";
import type { AuditAction } from "#lib/audit/schema.ts";
import type { LdapProber } from "#lib/drivers/ldap-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";

/** What tries directory servers where the set-up is. */
export async function requireProber({ environmentId }: Setup): Promise<LdapProber> {
  const { ldap } = await driverOf(environmentId);
  if (ldap) return ldap;
  throw declined("invalid", "no_directory_servers");
}

/** Writes down which servers somebody had tried: it is the site that connects to them. */
export async function recordLdapProbe(
  { actor, organizationId, organizationName, customerId, deploymentId }: Setup,
  action: AuditAction,
  servers: readonly string[],
): Promise<void> {
  await inScope(actor, (tx) =>
    recordAudit(tx, actor, {
      action,
      ...{ targetType: "organization", targetId: organizationId, targetName: organizationName },
      ...{ customerId, deploymentId },
      detail: { servers: servers.join(", ") },
    }),
  );
}

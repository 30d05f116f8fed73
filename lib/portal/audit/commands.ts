import "server-only";
import { recordAudit } from "#lib/audit/record.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import { markStep } from "../mark-step.ts";
import type { Setup } from "../setup.ts";
import type { LogRange } from "./schema.ts";

/** What the organization's people did in the application, as CSV; that it was taken away is on record first. */
export async function exportOwnLog(
  setup: Setup,
  { from, until }: LogRange,
): Promise<ReadableStream<Uint8Array>> {
  const { actor, customerId, deploymentId, environmentId, organizationId, organizationName } = setup;
  actor.must("organization_log.export");
  await inScope(actor, (tx) =>
    recordAudit(tx, actor, {
      action: "organization_log.export",
      ...{ targetType: "organization", targetId: organizationId, targetName: organizationName },
      ...{ customerId, deploymentId },
      detail: { from: from.toISOString(), until: until.toISOString() },
    }),
  );
  const driver = await driverOf(environmentId);
  const log = await driver.exportAuditLog(organizationId, from, until);
  await markStep(setup, "audit.exported");
  return log;
}

import "server-only";
import { outcomeOf } from "#lib/audit/outcome.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Outcome } from "#lib/audit/schema.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import { markStep } from "../mark-step.ts";
import type { Setup } from "../setup.ts";
import type { LogRange } from "./schema.ts";

/**
 * What the organization's people did in the application, as CSV. That it was asked for is on record first; so is, after, that it
 * was refused.
 */
export async function exportOwnLog(
  setup: Setup,
  { from, until }: LogRange,
): Promise<ReadableStream<Uint8Array>> {
  const { actor, environmentId, organizationId } = setup;
  actor.must("organization_log.export");
  const range = { from: from.toISOString(), until: until.toISOString() };
  await record(setup, { ...range, outcome: "asked" });
  const log = await askFor(environmentId, organizationId, from, until).catch(async (error: unknown) => {
    await record(setup, { ...range, ...outcomeOf(error) });
    throw error;
  });
  await record(setup, { ...range, outcome: "done" });
  await markStep(setup, "audit.exported");
  return log;
}

async function askFor(environmentId: string, organizationId: string, from: Date, until: Date) {
  return await (await driverOf(environmentId)).exportAuditLog(organizationId, from, until);
}

async function record(
  { actor, customerId, deploymentId, organizationId, organizationName }: Setup,
  detail: Record<string, string> & { outcome: Outcome },
): Promise<void> {
  await inScope(actor, (tx) =>
    recordAudit(tx, actor, {
      action: "organization_log.export",
      ...{ targetType: "organization", targetId: organizationId, targetName: organizationName },
      ...{ customerId, deploymentId },
      detail,
    }),
  );
}

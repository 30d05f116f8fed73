import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { declined } from "#lib/shared/refusals.ts";
import { type ExportedAllowlist, exportedAllowlist } from "./formats/normal-form.ts";
import { loadSets } from "./sets/load.ts";

/** What an export says of the deployment it is for. */
export interface ExportedDeployment {
  id: string;
  customerId: string;
  name: string;
  mode: DeploymentMode;
  archivedAt: Date | null;
  customer: { name: string };
}

export const EXPORTED = {
  ...{ id: true, customerId: true, name: true, mode: true, archivedAt: true },
  customer: { select: { name: true } },
} as const;

/** @throws AppError `not_found`, also for what the actor may not see. */
export async function requireExported(
  tx: Tx,
  actor: Actor,
  deploymentId: string,
): Promise<ExportedDeployment> {
  const where = { id: deploymentId, ...visibleTo(actor) };
  const deployment = await tx.deployment.findFirst({ where, select: EXPORTED });
  if (!deployment) throw declined("not_found", "no_such_deployment");
  return deployment;
}

/** The rules in force of a deployment that the caller was let in to, as every format is given them. */
export async function readInForce(
  tx: Tx,
  { id, name, mode, customer }: Pick<ExportedDeployment, "id" | "name" | "mode" | "customer">,
  now: Date,
): Promise<ExportedAllowlist> {
  const rules = await tx.allowlistRule.findMany({
    where: { deploymentId: id, retiredAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    omit: { customerId: true, deploymentId: true },
  });
  return exportedAllowlist(
    { id, name, mode, customerName: customer.name },
    rules,
    now,
    await loadSets(tx, id),
  );
}

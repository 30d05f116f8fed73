import "server-only";
import { type Actor, customersVisibleTo, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { archiveObstacle, modeObstacle } from "./policy.ts";
import type { ChangeDeploymentInput, CreateDeploymentInput, DeploymentRef } from "./schema.ts";

/** Adds a deployment to a customer, and returns its id. It starts with no environment and no door open. */
export function createDeployment(
  actor: Actor,
  input: CreateDeploymentInput,
): Promise<{ deploymentId: string }> {
  actor.must("deployment.create");
  return inScope(actor, async (tx) => {
    const id = newId("dep");
    await requireOpenCustomer(tx, actor, input.customerId);
    await mustBeNew(tx, input.customerId, input.name, id);
    await tx.deployment.create({ data: { id, ...input }, select: { id: true } }).catch(takenName);
    const { customerId, ...after } = input;
    await recordAudit(tx, actor, {
      action: "deployment.create",
      ...target(id, customerId, input.name),
      after,
    });
    return { deploymentId: id };
  });
}

/** Changes what is known of a deployment. Its mode changes only when no environment stands against it. */
export function changeDeployment(
  actor: Actor,
  input: ChangeDeploymentInput,
): Promise<{ deploymentId: string }> {
  actor.must("deployment.change");
  return inScope(actor, async (tx) => {
    const { deploymentId, ...after } = input;
    const { customerId, archivedAt, environments, ...before } = await requireDeployment(
      tx,
      actor,
      deploymentId,
    );
    if (archivedAt)
      throw new AppError("conflict", "This deployment is archived. Restore it before changing it.");
    const obstacle = after.mode === before.mode ? null : modeObstacle(after.mode, environments);
    if (obstacle) throw new AppError("conflict", "The mode cannot change yet.", { mode: obstacle });
    await mustBeNew(tx, customerId, after.name, deploymentId);
    await tx.deployment
      .update({ where: { id: deploymentId }, data: after, select: { id: true } })
      .catch(takenName);
    const entry = target(deploymentId, customerId, after.name);
    await recordAudit(tx, actor, { action: "deployment.change", ...entry, before, after });
    return { deploymentId };
  });
}

/** Takes a deployment out of the lists. Nothing is deleted; it can be restored. */
export function archiveDeployment(actor: Actor, { deploymentId }: DeploymentRef): Promise<void> {
  actor.must("deployment.archive");
  return inScope(actor, async (tx) => {
    const deployment = await requireDeployment(tx, actor, deploymentId);
    if (deployment.archivedAt) throw new AppError("conflict", "This deployment is archived already.");
    const obstacle = archiveObstacle(deployment.environments);
    if (obstacle) throw new AppError("conflict", obstacle);
    await setArchivedAt(tx, deploymentId, new Date());
    const entry = target(deploymentId, deployment.customerId, deployment.name);
    await recordAudit(tx, actor, { action: "deployment.archive", ...entry });
  });
}

/** Brings an archived deployment back. */
export function restoreDeployment(actor: Actor, { deploymentId }: DeploymentRef): Promise<void> {
  actor.must("deployment.restore");
  return inScope(actor, async (tx) => {
    const deployment = await requireDeployment(tx, actor, deploymentId);
    if (!deployment.archivedAt) throw new AppError("conflict", "This deployment is not archived.");
    await requireOpenCustomer(tx, actor, deployment.customerId);
    await setArchivedAt(tx, deploymentId, null);
    const entry = target(deploymentId, deployment.customerId, deployment.name);
    await recordAudit(tx, actor, { action: "deployment.restore", ...entry });
  });
}

/** A customer that takes deployments, locked so that it is not archived meanwhile. */
async function requireOpenCustomer(tx: Tx, actor: Actor, customerId: string): Promise<void> {
  await tx.$queryRaw(Prisma.sql`SELECT FROM console.customers WHERE id = ${customerId} FOR SHARE`);
  const customer = await tx.customer.findFirst({
    where: { AND: [{ id: customerId }, customersVisibleTo(actor)] },
    select: { archivedAt: true },
  });
  if (!customer) throw new AppError("not_found", "There is no such customer.");
  if (customer.archivedAt) throw new AppError("conflict", "This customer is archived. Restore it first.");
}

/** The deployment with what the checks need, locked until the transaction ends. */
async function requireDeployment(tx: Tx, actor: Actor, deploymentId: string) {
  await tx.$queryRaw(Prisma.sql`SELECT FROM console.deployments WHERE id = ${deploymentId} FOR UPDATE`);
  const deployment = await tx.deployment.findFirst({
    where: { id: deploymentId, ...visibleTo(actor) },
    select: {
      customerId: true,
      archivedAt: true,
      ...CHANGEABLE,
      environments: { where: { state: { not: "removed" } }, select: { name: true, driver: true } },
    },
  });
  if (!deployment) throw declined("not_found", "no_such_deployment");
  return deployment;
}

const CHANGEABLE = {
  name: true,
  mode: true,
  site: true,
  ownerName: true,
  tags: true,
  regimes: true,
  regimeOther: true,
  productVersion: true,
  notes: true,
} as const;

async function mustBeNew(tx: Tx, customerId: string, name: string, except: string): Promise<void> {
  const [other] = await tx.$queryRaw<{ archived: boolean }[]>(Prisma.sql`
    SELECT archived_at IS NOT NULL AS archived FROM console.deployments
    WHERE customer_id = ${customerId} AND lower(name) = lower(${name}) AND id <> ${except} LIMIT 1`);
  if (!other) return;
  const archived = other.archived ? " It is archived; restore it or choose another name." : "";
  throw invalidName(`This customer has a deployment of this name already.${archived}`);
}

/** Two people added the same name at the same moment. */
function takenName(error: unknown): never {
  if (isUniqueViolation(error)) {
    throw invalidName("This customer has a deployment of this name already.");
  }
  throw error;
}

function invalidName(sentence: string): AppError {
  return new AppError("conflict", "Choose another name.", { name: sentence });
}

async function setArchivedAt(tx: Tx, deploymentId: string, archivedAt: Date | null): Promise<void> {
  await tx.deployment.update({ where: { id: deploymentId }, data: { archivedAt }, select: { id: true } });
}

function target(deploymentId: string, customerId: string, targetName: string) {
  return { targetType: "deployment", targetId: deploymentId, targetName, customerId, deploymentId };
}

import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Carried, carryOut } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";
import { operationKinds } from "./kinds.ts";
import { mayRetry } from "./policy.ts";
import { OPERATION_NAMES, type OperationRefInput } from "./schema.ts";

/** Tries again now, without waiting for the worker. */
export async function retryOperation(actor: Actor, { operationId }: OperationRefInput): Promise<Carried> {
  actor.must("operation.retry");
  await inScope(actor, async (tx) => {
    const operation = await requireOpen(tx, actor, operationId);
    const data = { state: "pending", nextAttemptAt: new Date() } as const;
    await tx.operation.update({ where: { id: operationId }, data, select: { id: true } });
    await audit(tx, actor, operation, "tried again");
  });
  return await carryOut(operationKinds, operationId);
}

/** Gives an operation up: what its command had prepared is taken back. */
export async function giveUpOperation(actor: Actor, { operationId }: OperationRefInput): Promise<void> {
  actor.must("operation.retry");
  await inScope(actor, async (tx) => {
    const operation = await requireOpen(tx, actor, operationId);
    if (operation.leasedUntil && operation.leasedUntil > new Date())
      throw new AppError("conflict", "This is being carried out right now. Look again in a minute.");
    await operationKinds[operation.kind]?.giveUp?.(tx, operation);
    const data = { state: "failed", finishedAt: new Date(), inputSealed: null } as const;
    await tx.operation.update({ where: { id: operationId }, data, select: { id: true } });
    await audit(tx, actor, operation, "given up");
  });
}

type Open = Awaited<ReturnType<typeof requireOpen>>;

async function requireOpen(tx: Tx, actor: Actor, id: string) {
  const found = await tx.operation.findFirst({
    where: { id, state: { in: ["pending", "failed"] }, finishedAt: null, ...visibleTo(actor) },
    select: {
      id: true,
      kind: true,
      customerId: true,
      deploymentId: true,
      environmentId: true,
      targetId: true,
      attempts: true,
      actorId: true,
      leasedUntil: true,
    },
  });
  if (!found) throw new AppError("not_found", "There is no such open operation.");
  if (!mayRetry(actor, found.kind))
    throw new AppError("forbidden", "Your role does not include what this operation does.");
  return found;
}

async function audit(tx: Tx, actor: Actor, operation: Open, what: string): Promise<void> {
  await recordAudit(tx, actor, {
    action: "operation.retry",
    targetType: "operation",
    targetId: operation.id,
    targetName: OPERATION_NAMES[operation.kind] ?? operation.kind,
    customerId: operation.customerId,
    deploymentId: operation.deploymentId,
    detail: { what, target: operation.targetId },
  });
}

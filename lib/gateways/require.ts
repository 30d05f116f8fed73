import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";

/** A gateway as its commands need it: whose it is, and what people call it. */
export interface FoundGateway {
  id: string;
  customerId: string;
  deploymentId: string;
  deployment: { name: string };
}

/** The gateway, if the actor may know of it. @throws AppError `not_found` otherwise. */
export async function requireGateway(tx: Tx, actor: Actor, gatewayId: string): Promise<FoundGateway> {
  const found = await tx.gateway.findFirst({
    where: { id: gatewayId, ...visibleTo(actor) },
    select: { id: true, customerId: true, deploymentId: true, deployment: { select: { name: true } } },
  });
  if (!found) throw new AppError("not_found", "There is no such gateway.");
  return found;
}

/** Of this deployment, each: another site's events never come here, and a name that is nobody's would wait for ever. */
export async function requireEnvironments(
  tx: Tx,
  deploymentId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const where = { id: { in: [...ids] }, deploymentId };
  if ((await tx.environment.count({ where })) !== ids.length)
    throw new AppError("not_found", "There is no such environment.");
}

/** What an audit event about the gateway itself names. */
export function gatewayTarget({ id, customerId, deploymentId, deployment }: FoundGateway) {
  return { targetType: "gateway", targetId: id, targetName: deployment.name, customerId, deploymentId };
}

/** The columns by which every row below a gateway says whose it is. */
export function below({ id, customerId, deploymentId }: FoundGateway) {
  return { gatewayId: id, customerId, deploymentId };
}

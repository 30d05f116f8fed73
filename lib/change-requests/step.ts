import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { type AuditEntry, recordAudit } from "#lib/audit/record.ts";
import type { AuditAction } from "#lib/audit/schema.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type ChangeRequest, Prisma } from "#lib/platform/prisma/client.ts";
import type { ApprovalSide, ChangeRequestState, DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { type Base, changesOf, loadBase } from "./base.ts";
import { canStep, type RequestStep } from "./policy.ts";
import { STATE_SENTENCES } from "./words.ts";

export interface LockedDeployment {
  id: string;
  name: string;
  mode: DeploymentMode;
  customerId: string;
}

export interface Step {
  tx: Tx;
  request: ChangeRequest;
  deployment: LockedDeployment;
}

/**
 * One step of a request, in one transaction that holds its deployment: two people who decide at once decide one after
 * the other, and the second sees what the first did.
 */
export function takeStep<Value>(
  actor: Actor,
  requestId: string,
  step: RequestStep,
  work: (step: Step) => Promise<Value>,
): Promise<Value> {
  return inScope(actor, async (tx) => {
    const where = { id: requestId, ...visibleTo(actor) };
    const found = await tx.changeRequest.findFirst({ where, select: { deploymentId: true } });
    if (!found) throw new AppError("not_found", "There is no such change request.");
    const deployment = await lockDeployment(tx, actor, found.deploymentId, step);
    await tx.$queryRaw(Prisma.sql`SELECT FROM console.change_requests WHERE id = ${requestId} FOR UPDATE`);
    const request = await tx.changeRequest.findUniqueOrThrow({ where: { id: requestId } });
    if (!canStep(step, request.state)) throw new AppError("conflict", STATE_SENTENCES[request.state]);
    return work({ tx, request, deployment });
  });
}

/** What ends a request, or only talks about it, is right for an archived deployment as well. */
const ALSO_ARCHIVED: readonly RequestStep[] = ["withdraw", "refuse", "comment", "close"];

export async function lockDeployment(
  tx: Tx,
  actor: Actor,
  deploymentId: string,
  step: RequestStep = "edit",
): Promise<LockedDeployment> {
  await tx.$queryRaw(Prisma.sql`SELECT FROM console.deployments WHERE id = ${deploymentId} FOR UPDATE`);
  const deployment = await tx.deployment.findFirst({
    where: { id: deploymentId, ...visibleTo(actor) },
    select: { id: true, name: true, mode: true, customerId: true, archivedAt: true },
  });
  if (!deployment) throw new AppError("not_found", "There is no such deployment.");
  if (deployment.archivedAt && !ALSO_ARCHIVED.includes(step))
    throw new AppError("conflict", "This deployment is archived. Restore it before changing its allowlist.");
  return deployment;
}

/** The allowlist as it stands; refused where it is no longer the one that was simulated on. */
export async function requireBase(tx: Tx, request: ChangeRequest): Promise<Base> {
  const base = await loadBase(tx, request.deploymentId, changesOf(request));
  if (base.digest !== request.baseDigest)
    throw new AppError("conflict", "The allowlist has changed since this was simulated. Simulate it again.");
  return base;
}

/** The sides that have approved what was simulated last. */
export async function sidesOf(tx: Tx, { id, round }: ChangeRequest): Promise<ApprovalSide[]> {
  const approvals = await tx.changeApproval.findMany({
    where: { requestId: id, round },
    select: { side: true },
  });
  return approvals.map(({ side }) => side);
}

/** Writes the request's new facts, and what was done to it. */
export async function moveRequest(
  { tx, request }: Pick<Step, "tx" | "request">,
  actor: Actor,
  action: AuditAction & `change_request.${string}`,
  data: Prisma.ChangeRequestUncheckedUpdateInput & { state?: ChangeRequestState },
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  const state = data.state ?? request.state;
  const waiting = state === "proposed" ? {} : { waitsFor: [] };
  await tx.changeRequest.update({
    where: { id: request.id },
    data: { ...waiting, ...data },
    select: { id: true },
  });
  const moved = state === request.state ? {} : { before: { state: request.state }, after: { state } };
  await recordAudit(tx, actor, { action, ...requestTarget(request), ...moved, detail });
}

export function requestTarget(
  request: Pick<ChangeRequest, "id" | "number" | "title" | "customerId" | "deploymentId">,
): Pick<AuditEntry, "targetType" | "targetId" | "targetName" | "customerId" | "deploymentId"> {
  const { id, number, title, customerId, deploymentId } = request;
  const targetName = `${number} ${title}`;
  return { targetType: "change_request", targetId: id, targetName, customerId, deploymentId };
}

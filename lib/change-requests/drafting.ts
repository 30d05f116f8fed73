import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Change } from "#lib/allowlist/changes.ts";
import { CHANGES_MAX } from "#lib/allowlist/changes.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db.ts";
import { type ChangeRequest, Prisma } from "#lib/platform/prisma/client.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { changesOf } from "./base.ts";
import { mergeChange } from "./policy.ts";
import { type LockedDeployment, moveRequest, requestTarget } from "./step.ts";

export interface NewRequest {
  title: string;
  reason?: string;
  ticket?: string;
  changes: readonly Change[];
  rollbackOfId?: string;
  bulkId?: string;
}

/** A new draft; the deployment is locked, for its number counts within it. */
export async function createRequest(
  tx: Tx,
  actor: Actor,
  { id: deploymentId, customerId }: LockedDeployment,
  { changes, ...wanted }: NewRequest,
): Promise<ChangeRequest> {
  mustFit(changes);
  const last = await tx.changeRequest.aggregate({ where: { deploymentId }, _max: { number: true } });
  const request = await tx.changeRequest.create({
    data: {
      id: newId("chg"),
      customerId,
      deploymentId,
      number: (last._max.number ?? 0) + 1,
      ...wanted,
      changes: [...changes],
      changeCount: changes.length,
      createdById: actor.id,
      createdByName: actor.name,
      authorIds: [actor.id],
    },
  });
  const after = { state: request.state, changes: request.changes as Prisma.InputJsonArray };
  await recordAudit(tx, actor, { action: "change_request.draft", ...requestTarget(request), after });
  return request;
}

/** The draft of this deployment that the actor is at work on: the newest of their own. */
export function openDraft(tx: Tx, actor: Actor, deploymentId: string): Promise<ChangeRequest | null> {
  return tx.changeRequest.findFirst({
    where: { deploymentId, createdById: actor.id, state: { in: ["draft", "simulated"] } },
    orderBy: { number: "desc" },
  });
}

/** Puts changes to the actor's open draft, or begins one with them. */
export async function draftChanges(
  tx: Tx,
  actor: Actor,
  deployment: LockedDeployment,
  title: string,
  changes: readonly Change[],
): Promise<{ requestId: string; number: number }> {
  const draft = await openDraft(tx, actor, deployment.id);
  if (!draft) {
    const { id, number } = await createRequest(tx, actor, deployment, { title, changes });
    return { requestId: id, number };
  }
  const merged = changes.reduce<Change[]>(mergeChange, changesOf(draft));
  await rewriteChanges(tx, actor, draft, merged);
  return { requestId: draft.id, number: draft.number };
}

/** What a request is made of, anew: it is a draft again, and whoever did this is one of its authors. */
export async function rewriteChanges(
  tx: Tx,
  actor: Actor,
  request: ChangeRequest,
  changes: readonly Change[],
): Promise<void> {
  mustFit(changes);
  const data = {
    state: "draft" as const,
    changes: [...changes],
    changeCount: changes.length,
    effect: null,
    simulation: Prisma.DbNull,
    baseDigest: null,
    authorIds: withAuthor(request, actor),
  };
  await moveRequest({ tx, request }, actor, "change_request.draft", data, { changes: [...changes] });
}

export function withAuthor({ authorIds }: ChangeRequest, { id }: Actor): string[] {
  return [...new Set([...authorIds, id])];
}

function mustFit(changes: readonly Change[]): void {
  if (changes.length > CHANGES_MAX)
    throw new AppError("conflict", `A request holds at most ${CHANGES_MAX} changes. Make a second one.`);
}

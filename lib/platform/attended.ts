import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { systemActor } from "#lib/access/actor.ts";
import { outcomeOf } from "#lib/audit/outcome.ts";
import { type AuditEntry, recordAudit } from "#lib/audit/record.ts";
import { AUDIT_ACTIONS, type Outcome } from "#lib/audit/schema.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import type { AppError, Said } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";
import { asSystem, inScope, type Tx } from "./db.ts";
import { type Carried, carryOutOrTakeBack, type OperationKinds } from "./outbox.ts";
import type { Operation } from "./prisma/client.ts";

// Errands that are not left to the worker. A person of the console finds one that must wait among the deployment's; whoever
// follows a set-up link has no such place, goes on typing meanwhile, and may never come back (docs/decisions/0026).

/** What an event says that is written down together with an errand: one of a link's is only asked for by then. */
export function standing(actor: Actor): { attended: boolean; detail: { outcome?: Outcome } } {
  return actor.kind === "link"
    ? { attended: true, detail: { outcome: "asked" } }
    : { attended: false, detail: {} };
}

/**
 * Has an errand carried out for whoever waits for it. Where a link's gets no answer it is withdrawn, and says so: what came of it
 * is on record in each case.
 * @throws AppError when it was refused, or withdrawn
 */
export async function carryOutFor(
  actor: Actor,
  kinds: OperationKinds,
  operationId: string,
  asked: AuditEntry,
): Promise<Carried> {
  if (actor.kind !== "link") return await carryOutOrTakeBack(kinds, operationId);
  const { before: _before, after: _after, ...about } = asked;
  const write = (tx: Tx, detail: { outcome: Outcome; because?: string }, targetId = asked.targetId) =>
    recordAudit(tx, actor, { ...about, targetId, detail: { ...asked.detail, ...detail } });
  let carried: Carried;
  try {
    carried = await carryOutOrTakeBack(kinds, operationId);
  } catch (error) {
    await inScope(actor, (tx) => write(tx, outcomeOf(error)));
    throw error;
  }
  if (carried.state === "done") {
    const { targetId } = carried;
    await inScope(actor, (tx) => write(tx, { outcome: "done" }, targetId));
    return carried;
  }
  const { reason, said } = carried;
  await asSystem("an errand is withdrawn that its author cannot wait for", async (tx) => {
    await withdraw(tx, kinds, await tx.operation.findUniqueOrThrow({ where: { id: operationId } }));
    await write(tx, { outcome: "unanswered", because: reason });
  });
  throw givenUp(reason, said);
}

/** True whether or not what was asked for arrived before the answer failed to come. */
function givenUp(reason: string, said: Said | null): AppError {
  return declined("unavailable", "given_up", { ...said?.facts, reason, because: said?.code ?? "" });
}

/**
 * Withdraws what a console left behind that died while somebody waited for it. Run by the worker; long after any answer could
 * still come.
 */
export async function withdrawLeft(kinds: OperationKinds, now = new Date()): Promise<{ withdrawn: number }> {
  const before = new Date(now.getTime() - 5 * MINUTE_MS);
  return await asSystem("errands are withdrawn whose author has turned away", async (tx) => {
    const left = await tx.operation.findMany({
      where: {
        ...{ attended: true, state: "pending", nextAttemptAt: { lt: before } },
        OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }],
      },
      orderBy: { nextAttemptAt: "asc" },
      take: 100,
    });
    for (const operation of left) {
      await withdraw(tx, kinds, operation);
      await recordLeft(tx, operation);
    }
    return { withdrawn: left.length };
  });
}

async function recordLeft(tx: Tx, operation: Operation): Promise<void> {
  const { kind, targetId, customerId, deploymentId } = operation;
  const action = AUDIT_ACTIONS.find((known) => known === kind);
  if (!action) return;
  await recordAudit(tx, systemActor("worker"), {
    ...{ action, targetType: kind.split(".")[0] ?? "", targetId, customerId, deploymentId },
    detail: { outcome: "unanswered", because: "The console stopped before an answer came." },
  });
}

/** Not if somebody had it tried again meanwhile, and it was done. */
async function withdraw(tx: Tx, kinds: OperationKinds, operation: Operation): Promise<void> {
  const now = new Date();
  const data = { state: "failed", withdrawnAt: now, finishedAt: now, inputSealed: null } as const;
  const where = { id: operation.id, state: { in: ["pending" as const, "failed" as const] } };
  const { count } = await tx.operation.updateMany({ where, data });
  if (count === 1) await kinds[operation.kind]?.giveUp?.(tx, operation);
}

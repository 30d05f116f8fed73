import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { ApprovalSide } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { APPROVAL_SIDES, isApprovedBy } from "./policy.ts";
import { moveRequest, requireBase, type Step, sidesOf } from "./step.ts";

/** That what the person has before them is what is to be decided; returns the sides that have approved it. */
export async function mustBeUndecided(step: Step, round: number, now: Date): Promise<ApprovalSide[]> {
  const { tx, request } = step;
  mustNotBeLate(step, now);
  await requireBase(tx, request);
  if (round !== request.round)
    throw new AppError("conflict", "This was simulated again since you read it. Look at it once more.");
  return sidesOf(tx, request);
}

export function mustNotBeLate({ request }: Pick<Step, "request">, now: Date): void {
  if (request.expiresAt && request.expiresAt <= now)
    throw new AppError("conflict", "The time of this request is over. Make a new one.");
}

interface Word {
  side: ApprovalSide;
  comment?: string;
  consentOf?: string;
  consentHow?: string;
}

/** Writes one side's word, and approves the request where that was the last that is needed. */
export async function approveFor(step: Step, actor: Actor, word: Word, now: Date): Promise<void> {
  const { tx, request } = step;
  const { customerId, round, effect } = request;
  if (actor.role === "link" || effect === null) throw new Error("Nobody can approve this.");
  const by = { personId: actor.id, personName: actor.name, role: actor.role };
  const key = { id: newId("chga"), customerId, requestId: request.id, round };
  await tx.changeApproval.create({ data: { ...key, ...by, ...word } });
  const sides = await sidesOf(tx, request);
  const isDone = isApprovedBy(effect, sides);
  const action = word.consentOf ? "change_request.record_consent" : "change_request.approve";
  const data = isDone
    ? { state: "approved" as const, decidedAt: now }
    : { waitsFor: APPROVAL_SIDES.filter((side) => !sides.includes(side)) };
  await moveRequest(step, actor, action, data, { ...word, round, effect });
}

/** Whether anybody at the customer could approve for themselves. */
export async function hasCustomerAdmin(tx: Tx, customerId: string): Promise<boolean> {
  const person = await tx.person.findFirst({
    where: { role: "customer_admin", status: "active", scopes: { some: { customerId } } },
    select: { id: true },
  });
  return person !== null;
}

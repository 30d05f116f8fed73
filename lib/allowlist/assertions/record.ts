import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { type AuditEntry, recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { AllowlistAssertion, Prisma } from "#lib/platform/prisma/client.ts";
import type { AssertionFacts } from "../changes.ts";
import type { SetBook } from "../sets/book.ts";
import { assertionText } from "./words.ts";

// What is written of assertions, once somebody has decided it. `detail` says what decided it.

export async function addAssertion(
  tx: Tx,
  actor: Actor,
  place: { id: string; customerId: string; deploymentId: string },
  facts: AssertionFacts,
  sets: SetBook,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  const assertion = await tx.allowlistAssertion.create({ data: { ...place, ...facts } });
  const entry = { ...target(assertion, sets), after: kept(assertion), detail };
  await recordAudit(tx, actor, { action: "allowlist.add_assertion", ...entry });
}

/** Nothing has to hold of this traffic any more. The line stays, so that the past can be read. */
export async function retireAssertion(
  tx: Tx,
  actor: Actor,
  assertion: AllowlistAssertion,
  now: Date,
  sets: SetBook,
  detail: Prisma.InputJsonObject = {},
): Promise<void> {
  const where = { id: assertion.id };
  await tx.allowlistAssertion.update({ where, data: { retiredAt: now }, select: { id: true } });
  const entry = { ...target(assertion, sets), before: kept(assertion), detail };
  await recordAudit(tx, actor, { action: "allowlist.retire_assertion", ...entry });
}

/** What was decided about it, as changes carry it. */
export function assertionFacts(assertion: AllowlistAssertion): AssertionFacts {
  const { must, direction, protocol, portFrom, portTo, peerKind, peer, reason, ownerName } = assertion;
  const carriedBy = assertion.carriedBy === "user_browser" ? "user_browser" : "application";
  return { must, direction, protocol, portFrom, portTo, peerKind, peer, carriedBy, reason, ownerName };
}

function kept(assertion: AllowlistAssertion): Prisma.InputJsonObject {
  return { ...assertionFacts(assertion) };
}

function target(
  assertion: AllowlistAssertion,
  sets: SetBook,
): Pick<AuditEntry, "targetType" | "targetId" | "targetName" | "customerId" | "deploymentId"> {
  const { id, customerId, deploymentId } = assertion;
  const targetName = assertionText(assertion, sets);
  return { targetType: "assertion", targetId: id, targetName, customerId, deploymentId };
}

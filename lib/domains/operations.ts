import "server-only";
import { z } from "zod";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { goneIsGone } from "#lib/environments/operations.ts";
import { type OperationKinds, operationKind, type Task } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declinedField } from "#lib/shared/refusals.ts";
import { mirrorDomain } from "./mirror.ts";

/** What domains want done outside. */
export const domainOperations: OperationKinds = {
  "domain.add": operationKind(
    z.object({ organizationId: z.string(), organizationName: z.string(), name: z.string() }),
    async (operation, { organizationId, organizationName, name }) => {
      const { domains } = await driverOf(operation.environmentId ?? "");
      const once = { key: operation.id, again: operation.attempts > 1 };
      const made = await domains.add(organizationId, name, once).catch(taken);
      const shown = { ...made, organizationName: made.organizationName ?? organizationName };
      return {
        targetId: made.id,
        settle: (tx) => mirrorDomain(tx, placeOf(operation), shown, new Date()),
      };
    },
  ),

  "domain.verify_by_hand": operationKind(z.object({}), async (operation) => {
    const { domains } = await driverOf(operation.environmentId ?? "");
    if (!domains.verifyByHand) throw elsewhere(whyNot("workos", "verify_domains_by_hand"));
    const verified = await domains.verifyByHand(operation.targetId);
    return { settle: (tx) => mirrorDomain(tx, placeOf(operation), verified, new Date()) };
  }),

  "domain.remove": operationKind(z.object({}), async ({ targetId, environmentId }) => {
    await (await driverOf(environmentId ?? "")).domains.remove(targetId).catch(goneIsGone);
    return { settle: async (tx) => void (await tx.domain.deleteMany({ where: { id: targetId } })) };
  }),
};

/** Which organization has it is not for everybody to know. */
function taken(error: unknown): never {
  if (!(error instanceof AppError) || error.kind !== "conflict") throw error;
  throw domainTaken();
}

/** Says that a domain is in other hands, and whose where that may be told. */
export function domainTaken(holder?: string): AppError {
  return holder
    ? declinedField("domain", "conflict", "domain_taken_by", { holder })
    : declinedField("domain", "conflict", "domain_taken");
}

function placeOf({ customerId, deploymentId, environmentId }: Task) {
  return { customerId, deploymentId: deploymentId ?? "", environmentId: environmentId ?? "" };
}

import "server-only";
import { z } from "zod";
import { type OperationKinds, operationKind } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";
import { environmentMaker, keyColumns } from "./driver.ts";
import { consoleKey } from "./policy.ts";

const Where = { driver: z.enum(["offline", "workos"]), serviceId: z.string().nullable() };

/** What environments want done outside. */
export const environmentOperations: OperationKinds = {
  "environment.create": operationKind(
    z.object({ ...Where, name: z.string(), kind: z.enum(["production", "staging"]) }),
    async ({ id, targetId, customerId, deploymentId, attempts }, { driver, serviceId, name, kind }) => {
      const maker = await environmentMaker(driver, serviceId);
      const made = await maker.create({ name, kind }, { key: id, again: attempts > 1 });
      const { key, keyId, ...facts } = made;
      return {
        async settle(tx) {
          await tx.environment.update({
            where: { id: targetId },
            data: {
              ...facts,
              state: "active",
              stateReason: "",
              lastCheckedAt: new Date(),
              ...keyColumns(targetId, key),
            },
            select: { id: true },
          });
          const heard = { lastHeardAt: new Date() };
          await tx.deployment.updateMany({ where: { id: deploymentId ?? "" }, data: heard });
          await tx.apiKey.create({
            data: consoleKey(customerId, targetId, keyId, key),
            select: { id: true },
          });
        },
      };
    },
    async (tx, { targetId }) => {
      await tx.environment.deleteMany({ where: { id: targetId, state: "provisioning" } });
    },
  ),

  "environment.rename": operationKind(
    z.object({ ...Where, remoteId: z.string(), name: z.string() }),
    async (_operation, { driver, serviceId, remoteId, name }) => {
      const { rename } = await environmentMaker(driver, serviceId);
      await rename?.(remoteId, name);
      return { settle: async () => undefined };
    },
  ),

  "environment.remove": operationKind(
    z.object({ ...Where, remoteId: z.string() }),
    async ({ targetId }, { driver, serviceId, remoteId }) => {
      const maker = await environmentMaker(driver, serviceId);
      await maker.remove(remoteId).catch(goneIsGone);
      return {
        // Its keys, redirect URIs and mirrored connections go with it. What happened stays in the audit log.
        settle: async (tx) => void (await tx.environment.deleteMany({ where: { id: targetId } })),
      };
    },
    async (tx, { targetId }) => {
      await tx.environment.updateMany({
        where: { id: targetId, state: "removed" },
        data: { state: "active" },
      });
    },
  ),
};

/** What was to be removed and is not there any more has been removed: by an earlier try, or by somebody else. */
export function goneIsGone(error: unknown): void {
  if (error instanceof AppError && error.kind === "not_found") return;
  throw error;
}

import "server-only";
import { z } from "zod";
import { driverOf, keyColumns } from "#lib/environments/driver.ts";
import { goneIsGone } from "#lib/environments/operations.ts";
import { keyHint } from "#lib/environments/policy.ts";
import {
  type Errand,
  type OperationKinds,
  operationKind,
  type Task,
  writeOperation,
} from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";

const Draft = z.object({
  name: z.string(),
  expiresAt: z.coerce.date().nullable(),
  /** The key that this one takes over from, and when that one ends. */
  replaces: z.object({ apiKeyId: z.string(), remoteId: z.string(), at: z.string() }).nullable(),
  /** Whether this console drives the environment with it from then on: nobody is shown that one. */
  forConsole: z.boolean().default(false),
});

/** What API keys want done outside. */
export const keyOperations: OperationKinds = {
  "api_key.create": operationKind(
    Draft,
    async (operation, { replaces, forConsole, ...draft }) => {
      const made = await (await makerFor(operation)).create(draft, {
        key: operation.id,
        again: operation.attempts > 1,
      });
      return {
        ...(forConsole ? {} : { reveal: made.value }),
        async settle(tx) {
          const { environmentId } = operation;
          if (forConsole && environmentId)
            await tx.environment.update({
              where: { id: environmentId },
              data: keyColumns(environmentId, made.value),
              select: { id: true },
            });
          const data = { remoteId: made.id, hint: keyHint(made.value), expiresAt: made.expiresAt };
          await tx.apiKey.update({ where: { id: operation.targetId }, data, select: { id: true } });
          // Only now: a rotation that fails half-way must not leave the site without a key.
          if (replaces) await writeOperation(tx, { id: operation.actorId }, expiryOf(operation, replaces));
        },
      };
    },
    async (tx, { targetId }) => {
      await tx.apiKey.updateMany({ where: { rotatedToId: targetId }, data: { rotatedToId: null } });
      await tx.apiKey.deleteMany({ where: { id: targetId, remoteId: null } });
    },
  ),

  // Also the second half of a rotation: the old key gets an end instead of being cut off.
  "api_key.expire": operationKind(
    z.object({ remoteId: z.string(), at: z.coerce.date() }),
    async (operation, { remoteId, at }) => {
      const maker = await makerFor(operation);
      await maker.expire(remoteId, at).catch(goneIsGone);
      const data = at.getTime() <= Date.now() ? { revokedAt: new Date() } : { expiresAt: at };
      return {
        settle: async (tx) => void (await tx.apiKey.updateMany({ where: { id: operation.targetId }, data })),
      };
    },
  ),
};

/** Ends a key; in a rotation, later. */
export function expiryOf(
  where: Pick<Task, "customerId" | "deploymentId" | "environmentId">,
  { apiKeyId, remoteId, at }: { apiKeyId: string; remoteId: string; at: string },
): Errand {
  const { customerId, deploymentId, environmentId } = where;
  const input = { remoteId, at };
  return { kind: "api_key.expire", customerId, deploymentId, environmentId, targetId: apiKeyId, input };
}

async function makerFor({ environmentId }: Task) {
  const { keys } = await driverOf(environmentId ?? "");
  if (!keys)
    throw new AppError("invalid", "Keys of this environment are made and revoked in the WorkOS dashboard.");
  return keys;
}

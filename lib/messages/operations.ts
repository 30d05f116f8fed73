import "server-only";
import { z } from "zod";
import type { MessageQueue } from "#lib/drivers/message-port.ts";
import type { Once } from "#lib/drivers/port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { type OperationKind, type OperationKinds, operationKind } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";

type Work = (queue: MessageQueue, messageId: string, by: string, once: Once) => Promise<void>;

/** What is wanted done with messages at their sites. */
export const messageOperations: OperationKinds = {
  "message.deliver": kind((queue, id, by, once) => queue.settle(id, "delivered", by, once)),
  "message.discard": kind((queue, id, by, once) => queue.settle(id, "discarded", by, once)),
  "message.send_again": kind((queue, id, by, once) => queue.sendAgain(id, by, once)),
};

function kind(work: Work): OperationKind {
  return operationKind(
    z.object({ by: z.string() }),
    async ({ id, targetId, environmentId, attempts }, { by }) => {
      const { messages } = await driverOf(environmentId ?? "");
      if (!messages) throw new AppError("invalid", "This environment has no queue of messages.");
      const again = attempts > 1;
      await work(messages, targetId, by, { key: id, again }).catch((error: unknown) => {
        // Tried later, and meanwhile it was settled, has expired or is gone: nobody is to look after that.
        if (again && error instanceof AppError && ["conflict", "not_found"].includes(error.kind)) return;
        throw error;
      });
      return { settle: async () => undefined };
    },
  );
}

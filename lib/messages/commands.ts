import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import type { MessageContent, MessageDetail, MessageQueue } from "#lib/drivers/message-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Carried, carryOutOrTakeBack, writeOperation } from "#lib/platform/outbox.ts";
import { AppError } from "#lib/shared/errors.ts";
import { messageOperations } from "./operations.ts";
import type { DiscardMessageInput, MessageRefInput } from "./schema.ts";
import { messageKind } from "./shape.ts";

/**
 * Shows what a message says: a code or a link that signs in as its recipient. That it was read is written down before it
 * is asked for, here and at the site.
 */
export async function revealMessage(actor: Actor, input: MessageRefInput): Promise<MessageContent> {
  actor.must("message.reveal");
  const { queue, message } = await find(actor, input);
  await inScope(actor, async (tx) => {
    const { customerId, deploymentId } = await requireEnvironment(tx, actor, input.environmentId);
    await recordAudit(tx, actor, {
      action: "message.reveal",
      ...targetOf(message),
      customerId,
      deploymentId,
      detail: { kind: messageKind(message.kind), environmentId: input.environmentId },
    });
  });
  return await queue.read(message.id, signature(actor));
}

/** Somebody has brought it. What it says is kept no longer. */
export function deliverMessage(actor: Actor, input: MessageRefInput): Promise<Carried> {
  return change(actor, "message.deliver", input);
}

/** Has the mail relay try again at once. */
export function sendMessageAgain(actor: Actor, input: MessageRefInput): Promise<Carried> {
  return change(actor, "message.send_again", input);
}

/** Nobody is to have it. */
export function discardMessage(actor: Actor, { confirm, ...input }: DiscardMessageInput): Promise<Carried> {
  return change(actor, "message.discard", input, ({ recipient }) => {
    if (confirm !== recipient)
      throw new AppError("invalid", "Type the recipient to discard the message.", {
        confirm: "This is not its recipient.",
      });
  });
}

async function change(
  actor: Actor,
  action: "message.deliver" | "message.send_again" | "message.discard",
  input: MessageRefInput,
  check: (message: MessageDetail) => void = () => undefined,
): Promise<Carried> {
  actor.must(action);
  const { message } = await find(actor, input);
  check(message);
  const { environmentId } = input;
  const operationId = await inScope(actor, async (tx) => {
    const { customerId, deploymentId } = await requireEnvironment(tx, actor, environmentId);
    const where = { customerId, deploymentId };
    await recordAudit(tx, actor, {
      action,
      ...targetOf(message),
      ...where,
      detail: { kind: messageKind(message.kind), environmentId },
    });
    const errand = { kind: action, ...where, environmentId, targetId: message.id };
    return await writeOperation(tx, actor, { ...errand, input: { by: signature(actor) } });
  });
  return await carryOutOrTakeBack(messageOperations, operationId);
}

/** The message as its site knows it: who it is for is not believed of a form. */
async function find(
  actor: Actor,
  { environmentId, messageId }: MessageRefInput,
): Promise<{ queue: MessageQueue; message: MessageDetail }> {
  const { driver } = await inScope(actor, (tx) => requireEnvironment(tx, actor, environmentId));
  const { messages: queue } = await driverOf(environmentId);
  if (!queue) throw new AppError("invalid", whyNot(driver, "read_messages") ?? "");
  return { queue, message: await queue.get(messageId) };
}

/** Whom the site names in its own record. */
const signature = ({ name, id }: Actor): string => `${name} (${id})`;

function targetOf({ id, recipient }: MessageDetail) {
  return { targetType: "message", targetId: id, targetName: recipient };
}

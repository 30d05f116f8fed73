import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import {
  MESSAGE_STATES,
  type Message,
  type MessageDetail,
  type MessageQueue,
} from "#lib/drivers/message-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope } from "#lib/platform/db.ts";
import type { Page } from "#lib/platform/list.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { MessageListQuery } from "./schema.ts";

/** What the environment itself says right now; `silent` where it does not answer, `untold` where it has no such thing. */
export type Live<Answer> =
  | ({ state: "answered" } & Answer)
  | { state: "silent"; reason: string }
  | { state: "untold"; reason: string };

export type MessageRow = Message;
export type LiveMessages = Live<{ page: Page<MessageRow>; relayed: boolean }>;
export type LiveMessage = Live<{ message: MessageDetail }>;

const PAGE_MAX = 100_000;

/** One page of the messages that an environment wants brought to people, read at the site itself: the console keeps none of them. */
export async function listMessages(
  actor: Actor,
  environmentId: string,
  query: MessageListQuery,
): Promise<LiveMessages> {
  actor.must("message.read");
  return await ask(actor, environmentId, async (queue) => {
    const { search, sort, direction, pageSize, filters } = query;
    const page = Math.min(query.page, PAGE_MAX);
    const states = MESSAGE_STATES.filter((state) => filters.state.includes(state));
    const asked = { page, pageSize, sort, direction, search, states, kinds: filters.kind };
    const { items: rows, total, more, relayed } = await queue.list(asked);
    return { page: { rows, total, more, page, pageSize }, relayed };
  });
}

/** One message without what it says, and who did what with it. */
export async function getMessage(
  actor: Actor,
  environmentId: string,
  messageId: string,
): Promise<LiveMessage> {
  actor.must("message.read");
  return await ask(actor, environmentId, async (queue) => ({ message: await queue.get(messageId) }));
}

async function ask<Answer>(
  actor: Actor,
  environmentId: string,
  read: (queue: MessageQueue) => Promise<Answer>,
): Promise<Live<Answer>> {
  const { driver } = await inScope(actor, (tx) => requireEnvironment(tx, actor, environmentId));
  const reason = whyNot(driver, "read_messages");
  if (reason !== null) return { state: "untold", reason };
  try {
    const { messages } = await driverOf(environmentId);
    if (!messages) return { state: "untold", reason: "This environment has no queue of messages." };
    return { state: "answered", ...(await read(messages)) };
  } catch (error) {
    if (error instanceof AppError && error.kind !== "not_found")
      return { state: "silent", reason: error.message };
    throw error;
  }
}

"use server";
import { refresh } from "next/cache";
import type { MessageContent } from "#lib/drivers/message-port.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import { deliverMessage, discardMessage, revealMessage, sendMessageAgain } from "./commands.ts";
import { DiscardMessageInput, MessageRefInput } from "./schema.ts";

export async function revealMessageAction(
  _previous: ActionState<MessageContent>,
  form: FormData,
): Promise<ActionState<MessageContent>> {
  const state = await runAction(MessageRefInput, form, revealMessage);
  refresh();
  return state;
}

export async function deliverMessageAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(MessageRefInput, form, deliverMessage);
  refresh();
  return state;
}

export async function sendMessageAgainAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(MessageRefInput, form, sendMessageAgain);
  refresh();
  return state;
}

export async function discardMessageAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(DiscardMessageInput, form, discardMessage);
  refresh();
  return state;
}

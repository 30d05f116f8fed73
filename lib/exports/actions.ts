"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { type ListMade, recordPrint, revokeList, serveList } from "./commands.ts";
import { PrintInput, ServedListRef, ServeListInput } from "./schema.ts";

export async function serveListAction(
  _previous: ActionState<ListMade>,
  form: FormData,
): Promise<ActionState<ListMade>> {
  const state = await runAction(ServeListInput, form, serveList);
  refresh();
  return state;
}

export async function revokeListAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ServedListRef, form, (actor, input) => revokeList(actor, input));
  refresh();
  return state;
}

/** Puts a printing into the history, before the browser is asked to print. */
export async function recordPrintAction(
  _previous: ActionState<{ digest: string }>,
  form: FormData,
): Promise<ActionState<{ digest: string }>> {
  return await runAction(PrintInput, form, (actor, input) => recordPrint(actor, input));
}

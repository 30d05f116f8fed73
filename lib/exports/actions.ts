"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { type ListMade, recordPrint, revokeList, serveList } from "./commands.ts";
import type { FormatsPreview } from "./offered.ts";
import { previewFormats } from "./queries.ts";
import { OneDeployment, ServedListRef, ServeListInput } from "./schema.ts";

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
  return await runAction(OneDeployment, form, (actor, input) => recordPrint(actor, input));
}

/** Reads only: what each format would hold and leave out of the rules in force, for the dialog that offers them. */
export async function previewFormatsAction(
  _previous: ActionState<FormatsPreview>,
  deploymentId: string,
): Promise<ActionState<FormatsPreview>> {
  return await runAction(OneDeployment, { deploymentId }, (actor, input) =>
    previewFormats(actor, input.deploymentId),
  );
}

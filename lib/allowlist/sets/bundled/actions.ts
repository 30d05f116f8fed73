"use server";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import * as commands from "./commands.ts";
import * as schema from "./schema.ts";

export async function makeSetBundleAction(
  _previous: ActionState<{ bundleId: string }>,
  form: FormData,
): Promise<ActionState<{ bundleId: string }>> {
  return runAction(schema.MakeSetBundleInput, form, (actor, input) => commands.makeSetBundle(actor, input));
}

/** The page is read again once what became of it was read: the row it is of may be done with. */
export async function bringEntryAction(
  _previous: ActionState<commands.Brought>,
  form: FormData,
): Promise<ActionState<commands.Brought>> {
  return runAction(schema.BringEntryInput, form, (actor, input) => commands.bringEntry(actor, input));
}

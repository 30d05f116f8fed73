"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { changeSource, createSource, pullAgain, removeSource } from "./commands.ts";
import { ChangeSourceInput, CreateSourceInput, PullAgainInput, SourceRef } from "./schema.ts";

export async function createSourceAction(
  _previous: ActionState<{ sourceId: string }>,
  form: FormData,
): Promise<ActionState<{ sourceId: string }>> {
  const state = await runAction(CreateSourceInput, form, createSource);
  refresh();
  return state;
}

export async function changeSourceAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeSourceInput, form, (actor, input) => changeSource(actor, input));
  refresh();
  return state;
}

export async function pullAgainAction(
  _previous: ActionState<{ errandId: string }>,
  form: FormData,
): Promise<ActionState<{ errandId: string }>> {
  const state = await runAction(PullAgainInput, form, pullAgain);
  refresh();
  return state;
}

export async function removeSourceAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(SourceRef, form, removeSource);
  refresh();
  return state;
}

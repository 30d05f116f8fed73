"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { keepView, removeView } from "./commands.ts";
import { KeepViewInput, ViewRef } from "./schema.ts";

type Done = ActionState<void>;

export async function keepViewAction(_: Done, form: FormData): Promise<Done> {
  const state = await runAction(KeepViewInput, form, (actor, input) => keepView(actor, input));
  refresh();
  return state;
}

export async function removeViewAction(_: Done, form: FormData): Promise<Done> {
  const state = await runAction(ViewRef, form, (actor, input) => removeView(actor, input));
  refresh();
  return state;
}

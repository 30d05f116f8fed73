"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { expireRule } from "./commands.ts";
import { type PackPreview, previewPack } from "./queries.ts";
import { ApplyPackInput, RuleRef } from "./schema.ts";

export async function expireRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RuleRef, form, (actor, input) => expireRule(actor, input));
  refresh();
  return state;
}

/** Reads only: what the pack would do, for the dialog that asks whether to do it. */
export async function previewPackAction(
  _previous: ActionState<PackPreview>,
  form: FormData,
): Promise<ActionState<PackPreview>> {
  return await runAction(ApplyPackInput, form, (actor, input) => previewPack(actor, input));
}

"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { addRule, applyPack, changeRule, expireRule, retireRule } from "./commands.ts";
import { type PackPreview, previewPack } from "./queries.ts";
import { AddRuleInput, ApplyPackInput, ChangeRuleInput, RuleRef } from "./schema.ts";

export async function addRuleAction(
  _previous: ActionState<{ ruleId: string }>,
  form: FormData,
): Promise<ActionState<{ ruleId: string }>> {
  const state = await runAction(AddRuleInput, form, (actor, input) => addRule(actor, input));
  refresh();
  return state;
}

export async function changeRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeRuleInput, form, (actor, input) => changeRule(actor, input));
  refresh();
  return state;
}

export async function expireRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RuleRef, form, (actor, input) => expireRule(actor, input));
  refresh();
  return state;
}

export async function retireRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RuleRef, form, (actor, input) => retireRule(actor, input));
  refresh();
  return state;
}

export async function applyPackAction(
  _previous: ActionState<{ added: number; present: number }>,
  form: FormData,
): Promise<ActionState<{ added: number; present: number }>> {
  const state = await runAction(ApplyPackInput, form, (actor, input) => applyPack(actor, input));
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

"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { addRule, applyPack, changeRule, expireRule, retireRule } from "./commands.ts";
import { AddRuleInput, ApplyPackInput, ChangeRuleInput, RuleRef } from "./schema.ts";

export async function addRuleAction(
  _previous: ActionState<{ ruleId: string }>,
  form: FormData,
): Promise<ActionState<{ ruleId: string }>> {
  const state = await runAction(AddRuleInput, form, addRule);
  refresh();
  return state;
}

export async function changeRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeRuleInput, form, changeRule);
  refresh();
  return state;
}

export async function expireRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RuleRef, form, expireRule);
  refresh();
  return state;
}

export async function retireRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RuleRef, form, retireRule);
  refresh();
  return state;
}

export async function applyPackAction(
  _previous: ActionState<{ added: number; present: number }>,
  form: FormData,
): Promise<ActionState<{ added: number; present: number }>> {
  const state = await runAction(ApplyPackInput, form, applyPack);
  refresh();
  return state;
}

"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { expireRule } from "./commands.ts";
import { RuleRef } from "./schema.ts";

export async function expireRuleAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RuleRef, form, (actor, input) => expireRule(actor, input));
  refresh();
  return state;
}

"use server";
import { refresh } from "next/cache";
import { AssertionRef, DraftAssertionInput } from "#lib/allowlist/assertions/schema.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Drafted } from "../basket/commands.ts";
import { draftAssertion, draftAssertionRetirement } from "./commands.ts";

export async function draftAssertionAction(
  _: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  const state = await runAction(DraftAssertionInput, form, draftAssertion);
  refresh();
  return state;
}

export async function draftAssertionRetirementAction(
  _: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  const state = await runAction(AssertionRef, form, draftAssertionRetirement);
  refresh();
  return state;
}

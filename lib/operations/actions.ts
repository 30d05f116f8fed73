"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import { giveUpOperation, retryOperation } from "./commands.ts";
import { OperationRefInput } from "./schema.ts";

export async function retryOperationAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(OperationRefInput, form, retryOperation);
  refresh();
  return state;
}

export async function giveUpOperationAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(OperationRefInput, form, giveUpOperation);
  refresh();
  return state;
}

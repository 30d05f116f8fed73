"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { checkService, registerService, removeService } from "./commands.ts";
import { RegisterServiceInput, RemoveServiceInput, ServiceRefInput } from "./schema.ts";

export async function registerServiceAction(
  _previous: ActionState<{ serviceId: string }>,
  form: FormData,
): Promise<ActionState<{ serviceId: string }>> {
  const state = await runAction(RegisterServiceInput, form, registerService);
  refresh();
  return state;
}

export async function checkServiceAction(
  _previous: ActionState<{ version: string }>,
  form: FormData,
): Promise<ActionState<{ version: string }>> {
  const state = await runAction(ServiceRefInput, form, checkService);
  refresh();
  return state;
}

export async function removeServiceAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RemoveServiceInput, form, removeService);
  refresh();
  return state;
}

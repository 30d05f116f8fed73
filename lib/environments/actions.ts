"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import {
  adoptEnvironment,
  checkEnvironment,
  createEnvironment,
  removeEnvironment,
  renameEnvironment,
  replaceKey,
} from "./commands.ts";
import {
  AdoptEnvironmentInput,
  CreateEnvironmentInput,
  EnvironmentRefInput,
  RemoveEnvironmentInput,
  RenameEnvironmentInput,
  ReplaceKeyInput,
} from "./schema.ts";

export async function createEnvironmentAction(
  _previous: ActionState<{ environmentId: string } & Carried>,
  form: FormData,
): Promise<ActionState<{ environmentId: string } & Carried>> {
  const state = await runAction(CreateEnvironmentInput, form, createEnvironment);
  refresh();
  return state;
}

export async function adoptEnvironmentAction(
  _previous: ActionState<{ environmentId: string }>,
  form: FormData,
): Promise<ActionState<{ environmentId: string }>> {
  const state = await runAction(AdoptEnvironmentInput, form, adoptEnvironment);
  refresh();
  return state;
}

export async function replaceKeyAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ReplaceKeyInput, form, replaceKey);
  refresh();
  return state;
}

export async function renameEnvironmentAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RenameEnvironmentInput, form, renameEnvironment);
  refresh();
  return state;
}

export async function checkEnvironmentAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(EnvironmentRefInput, form, checkEnvironment);
  refresh();
  return state;
}

export async function removeEnvironmentAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RemoveEnvironmentInput, form, removeEnvironment);
  refresh();
  return state;
}

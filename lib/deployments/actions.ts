"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { archiveDeployment, changeDeployment, createDeployment, restoreDeployment } from "./commands.ts";
import { ChangeDeploymentInput, CreateDeploymentInput, DeploymentRef } from "./schema.ts";

type Saved = { deploymentId: string };

export async function createDeploymentAction(
  _previous: ActionState<Saved>,
  form: FormData,
): Promise<ActionState<Saved>> {
  return await runAction(CreateDeploymentInput, form, createDeployment);
}

export async function changeDeploymentAction(
  _previous: ActionState<Saved>,
  form: FormData,
): Promise<ActionState<Saved>> {
  const state = await runAction(ChangeDeploymentInput, form, changeDeployment);
  refresh();
  return state;
}

export async function archiveDeploymentAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(DeploymentRef, form, archiveDeployment);
  refresh();
  return state;
}

export async function restoreDeploymentAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(DeploymentRef, form, restoreDeployment);
  refresh();
  return state;
}

"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { changeIntake, createIntake, removeIntake, rotateIntakeSecret } from "./commands.ts";
import { ChangeIntakeInput, CreateIntakeInput, IntakeRef, RotateIntakeInput } from "./schema.ts";

export async function createIntakeAction(
  _previous: ActionState<{ intakeId: string }>,
  form: FormData,
): Promise<ActionState<{ intakeId: string }>> {
  const state = await runAction(CreateIntakeInput, form, createIntake);
  refresh();
  return state;
}

export async function changeIntakeAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeIntakeInput, form, changeIntake);
  refresh();
  return state;
}

export async function rotateIntakeSecretAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RotateIntakeInput, form, (actor, input) => rotateIntakeSecret(actor, input));
  refresh();
  return state;
}

export async function removeIntakeAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(IntakeRef, form, removeIntake);
  refresh();
  return state;
}

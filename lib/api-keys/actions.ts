"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import { createKey, type KeyMade, revokeKey, rotateKey, showKey } from "./commands.ts";
import { ApiKeyRefInput, CreateKeyInput, RevokeKeyInput, RotateKeyInput } from "./schema.ts";

export async function createKeyAction(
  _previous: ActionState<KeyMade>,
  form: FormData,
): Promise<ActionState<KeyMade>> {
  const state = await runAction(CreateKeyInput, form, createKey);
  refresh();
  return state;
}

export async function rotateKeyAction(
  _previous: ActionState<KeyMade>,
  form: FormData,
): Promise<ActionState<KeyMade>> {
  const state = await runAction(RotateKeyInput, form, rotateKey);
  refresh();
  return state;
}

export async function revokeKeyAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RevokeKeyInput, form, revokeKey);
  refresh();
  return state;
}

export async function showKeyAction(
  _previous: ActionState<{ value: string }>,
  form: FormData,
): Promise<ActionState<{ value: string }>> {
  const state = await runAction(ApiKeyRefInput, form, showKey);
  refresh();
  return state;
}

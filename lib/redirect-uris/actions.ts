"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import { addRedirectUri, chooseDefaultRedirectUri, removeRedirectUri } from "./commands.ts";
import { AddRedirectUriInput, RedirectUriRefInput } from "./schema.ts";

export async function addRedirectUriAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(AddRedirectUriInput, form, addRedirectUri);
  refresh();
  return state;
}

export async function chooseDefaultRedirectUriAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RedirectUriRefInput, form, chooseDefaultRedirectUri);
  refresh();
  return state;
}

export async function removeRedirectUriAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RedirectUriRefInput, form, removeRedirectUri);
  refresh();
  return state;
}

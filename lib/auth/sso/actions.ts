"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { addProvider, changeProvider, disableProvider, enableProvider, removeProvider } from "./commands.ts";
import { AddProviderInput, ChangeProviderInput, ProviderRef, RemoveProviderInput } from "./schema.ts";

type State<Value = void> = ActionState<Value>;

export async function addProviderAction(
  _previous: State<{ providerId: string }>,
  form: FormData,
): Promise<State<{ providerId: string }>> {
  const state = await runAction(AddProviderInput, form, addProvider);
  refresh();
  return state;
}

export async function changeProviderAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(ChangeProviderInput, form, changeProvider);
  refresh();
  return state;
}

export async function enableProviderAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(ProviderRef, form, enableProvider);
  refresh();
  return state;
}

export async function disableProviderAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(ProviderRef, form, disableProvider);
  refresh();
  return state;
}

export async function removeProviderAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(RemoveProviderInput, form, removeProvider);
  refresh();
  return state;
}

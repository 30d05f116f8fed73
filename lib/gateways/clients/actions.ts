"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { type ClientMade, changeClient, createClient, revokeClient, rotateClientToken } from "./commands.ts";
import { ChangeClientInput, ClientRef, CreateClientInput, RotateClientInput } from "./schema.ts";

export async function createClientAction(
  _previous: ActionState<ClientMade>,
  form: FormData,
): Promise<ActionState<ClientMade>> {
  const state = await runAction(CreateClientInput, form, createClient);
  refresh();
  return state;
}

export async function changeClientAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeClientInput, form, changeClient);
  refresh();
  return state;
}

export async function rotateClientTokenAction(
  _previous: ActionState<{ token: string }>,
  form: FormData,
): Promise<ActionState<{ token: string }>> {
  const state = await runAction(RotateClientInput, form, (actor, input) => rotateClientToken(actor, input));
  refresh();
  return state;
}

export async function revokeClientAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ClientRef, form, (actor, input) => revokeClient(actor, input));
  refresh();
  return state;
}

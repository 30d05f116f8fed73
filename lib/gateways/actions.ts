"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import {
  changeGateway,
  createGateway,
  removeGateway,
  rotateGatewayToken,
  type TokenMade,
  trustCarriers,
} from "./commands.ts";
import {
  ChangeGatewayInput,
  CreateGatewayInput,
  RemoveGatewayInput,
  RotateTokenInput,
  TrustCarriersInput,
} from "./schema.ts";

/** Does not refresh: the page that comes in place of the empty one would take the token away before anybody read it. */
export async function createGatewayAction(
  _previous: ActionState<TokenMade>,
  form: FormData,
): Promise<ActionState<TokenMade>> {
  return await runAction(CreateGatewayInput, form, (actor, input) => createGateway(actor, input));
}

export async function rotateGatewayTokenAction(
  _previous: ActionState<TokenMade>,
  form: FormData,
): Promise<ActionState<TokenMade>> {
  const state = await runAction(RotateTokenInput, form, (actor, input) => rotateGatewayToken(actor, input));
  refresh();
  return state;
}

export async function changeGatewayAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeGatewayInput, form, changeGateway);
  refresh();
  return state;
}

export async function trustCarriersAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(TrustCarriersInput, form, trustCarriers);
  refresh();
  return state;
}

export async function removeGatewayAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RemoveGatewayInput, form, removeGateway);
  refresh();
  return state;
}

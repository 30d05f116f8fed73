"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import {
  changeEndpoint,
  createEndpoint,
  pauseEndpoint,
  removeEndpoint,
  replayDeliveries,
  resumeEndpoint,
  rotateEndpointSecret,
  type SecretMade,
} from "./commands.ts";
import {
  ChangeEndpointInput,
  CreateEndpointInput,
  EndpointRef,
  ReplayInput,
  RotateSecretInput,
} from "./schema.ts";

export async function createEndpointAction(
  _previous: ActionState<SecretMade>,
  form: FormData,
): Promise<ActionState<SecretMade>> {
  const state = await runAction(CreateEndpointInput, form, createEndpoint);
  refresh();
  return state;
}

export async function changeEndpointAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeEndpointInput, form, changeEndpoint);
  refresh();
  return state;
}

export async function rotateEndpointSecretAction(
  _previous: ActionState<SecretMade>,
  form: FormData,
): Promise<ActionState<SecretMade>> {
  const state = await runAction(RotateSecretInput, form, (actor, input) =>
    rotateEndpointSecret(actor, input),
  );
  refresh();
  return state;
}

export async function pauseEndpointAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(EndpointRef, form, (actor, input) => pauseEndpoint(actor, input));
  refresh();
  return state;
}

export async function resumeEndpointAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(EndpointRef, form, resumeEndpoint);
  refresh();
  return state;
}

export async function replayDeliveriesAction(
  _previous: ActionState<{ errandId: string }>,
  form: FormData,
): Promise<ActionState<{ errandId: string }>> {
  const state = await runAction(ReplayInput, form, replayDeliveries);
  refresh();
  return state;
}

export async function removeEndpointAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(EndpointRef, form, (actor, input) => removeEndpoint(actor, input));
  refresh();
  return state;
}

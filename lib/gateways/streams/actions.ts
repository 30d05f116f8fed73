"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { changeStream, createStream, removeStream, rotateStreamToken, type StreamMade } from "./commands.ts";
import { ChangeStreamInput, CreateStreamInput, RotateStreamInput, StreamRef } from "./schema.ts";

export async function createStreamAction(
  _previous: ActionState<StreamMade>,
  form: FormData,
): Promise<ActionState<StreamMade>> {
  const state = await runAction(CreateStreamInput, form, createStream);
  refresh();
  return state;
}

export async function changeStreamAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeStreamInput, form, changeStream);
  refresh();
  return state;
}

export async function rotateStreamTokenAction(
  _previous: ActionState<StreamMade>,
  form: FormData,
): Promise<ActionState<StreamMade>> {
  const state = await runAction(RotateStreamInput, form, (actor, input) => rotateStreamToken(actor, input));
  refresh();
  return state;
}

export async function removeStreamAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(StreamRef, form, removeStream);
  refresh();
  return state;
}

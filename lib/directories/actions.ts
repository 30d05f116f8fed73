"use server";
import { refresh } from "next/cache";
import type { DirectoryTest } from "#lib/drivers/directory-port.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import {
  changeDirectory,
  changeSource,
  createDirectory,
  type DirectoryMade,
  removeDirectory,
  rotateDirectoryToken,
  showDirectoryToken,
  syncDirectory,
  type TokenMade,
  testDirectory,
} from "./commands.ts";
import {
  ChangeDirectoryInput,
  ChangeSourceInput,
  CreateDirectoryInput,
  DirectoryRefInput,
  RemoveDirectoryInput,
  RotateTokenInput,
  SyncDirectoryInput,
} from "./schema.ts";

export async function createDirectoryAction(
  _previous: ActionState<DirectoryMade>,
  form: FormData,
): Promise<ActionState<DirectoryMade>> {
  const state = await runAction(CreateDirectoryInput, form, createDirectory);
  refresh();
  return state;
}

export async function changeDirectoryAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ChangeDirectoryInput, form, changeDirectory);
  refresh();
  return state;
}

export async function rotateTokenAction(
  _previous: ActionState<TokenMade>,
  form: FormData,
): Promise<ActionState<TokenMade>> {
  const state = await runAction(RotateTokenInput, form, rotateDirectoryToken);
  refresh();
  return state;
}

export async function showTokenAction(
  _previous: ActionState<{ token: string }>,
  form: FormData,
): Promise<ActionState<{ token: string }>> {
  const state = await runAction(DirectoryRefInput, form, showDirectoryToken);
  refresh();
  return state;
}

export async function changeSourceAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ChangeSourceInput, form, changeSource);
  refresh();
  return state;
}

export async function syncDirectoryAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(SyncDirectoryInput, form, syncDirectory);
  refresh();
  return state;
}

export async function testDirectoryAction(input: unknown): Promise<ActionState<DirectoryTest>> {
  return await runAction(DirectoryRefInput, input, testDirectory);
}

/** Not refreshed: the page it is asked from is gone then, and the person is led to the list instead. */
export async function removeDirectoryAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  return await runAction(RemoveDirectoryInput, form, removeDirectory);
}

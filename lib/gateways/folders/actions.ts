"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { changeFolder, createFolder, removeFolder } from "./commands.ts";
import { ChangeFolderInput, CreateFolderInput, FolderRef } from "./schema.ts";

export async function createFolderAction(
  _previous: ActionState<{ folderId: string }>,
  form: FormData,
): Promise<ActionState<{ folderId: string }>> {
  const state = await runAction(CreateFolderInput, form, createFolder);
  refresh();
  return state;
}

export async function changeFolderAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeFolderInput, form, (actor, input) => changeFolder(actor, input));
  refresh();
  return state;
}

export async function removeFolderAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(FolderRef, form, removeFolder);
  refresh();
  return state;
}

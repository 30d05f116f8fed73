"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import {
  activateRevision,
  type ComparedReplays,
  compareReplays,
  discardDraft,
  keepDraft,
  type RevisionTest,
  returnToRevision,
  startRevisionTest,
} from "./commands.ts";
import {
  ActivateRevisionInput,
  CompareReplaysInput,
  KeepDraftInput,
  ReturnToRevisionInput,
  RevisionInput,
} from "./schema.ts";

export async function activateRevisionAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ActivateRevisionInput, form, activateRevision);
  refresh();
  return state;
}

export async function returnToRevisionAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ReturnToRevisionInput, form, returnToRevision);
  refresh();
  return state;
}

export async function discardDraftAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RevisionInput, form, discardDraft);
  refresh();
  return state;
}

export async function keepDraftAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(KeepDraftInput, form, keepDraft);
  refresh();
  return state;
}

export async function startRevisionTestAction(input: unknown): Promise<ActionState<RevisionTest>> {
  return await runAction(RevisionInput, input, startRevisionTest);
}

export async function compareReplaysAction(input: unknown): Promise<ActionState<ComparedReplays>> {
  return await runAction(CompareReplaysInput, input, compareReplays);
}

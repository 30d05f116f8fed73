"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import * as commands from "./commands.ts";
import type { Proposed } from "./propose.ts";
import * as schema from "./schema.ts";

export async function createSetAction(
  _previous: ActionState<{ slug: string }>,
  form: FormData,
): Promise<ActionState<{ slug: string }>> {
  return runAction(schema.CreateSetInput, form, commands.createSet);
}

export async function changeSetAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.ChangeSetInput, form, commands.changeSet);
  refresh();
  return state;
}

export async function archiveSetAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.SetRef, form, (actor, input) => commands.archiveSet(actor, input));
  refresh();
  return state;
}

export async function restoreSetAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.SetRef, form, commands.restoreSet);
  refresh();
  return state;
}

export async function proposeVersionAction(
  _previous: ActionState<Proposed>,
  form: FormData,
): Promise<ActionState<Proposed>> {
  const state = await runAction(schema.ProposeVersionInput, form, (actor, input) =>
    commands.proposeVersion(actor, input),
  );
  refresh();
  return state;
}

export async function acceptVersionAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.AcceptVersionInput, form, (actor, input) =>
    commands.acceptVersion(actor, input),
  );
  refresh();
  return state;
}

export async function refuseVersionAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.RefuseVersionInput, form, (actor, input) =>
    commands.refuseVersion(actor, input),
  );
  refresh();
  return state;
}

export async function withdrawVersionAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.VersionRef, form, (actor, input) =>
    commands.withdrawVersion(actor, input),
  );
  refresh();
  return state;
}

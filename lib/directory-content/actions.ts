"use server";

import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import { activateRoles, discardRoles, draftRoles, returnRoles } from "./commands.ts";
import { type FoundGroups, findGroups } from "./queries.ts";
import { ActivateRolesInput, DraftRolesInput, FindGroupsInput, RolesRefInput } from "./schema.ts";

export async function findGroupsAction(input: unknown): Promise<ActionState<FoundGroups>> {
  return await runAction(FindGroupsInput, input, findGroups);
}

export async function draftRolesAction(input: unknown): Promise<ActionState<void>> {
  const state = await runAction(DraftRolesInput, input, draftRoles);
  refresh();
  return state;
}

export async function discardRolesAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RolesRefInput, form, discardRoles);
  refresh();
  return state;
}

export async function activateRolesAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ActivateRolesInput, form, activateRoles);
  refresh();
  return state;
}

export async function returnRolesAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RolesRefInput, form, returnRoles);
  refresh();
  return state;
}

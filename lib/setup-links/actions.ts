"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { createSetupLink, type MadeLink, revokeSetupLink } from "./commands.ts";
import { CreateSetupLinkInput, RevokeSetupLinkInput } from "./schema.ts";

export async function createSetupLinkAction(
  _previous: ActionState<MadeLink>,
  form: FormData,
): Promise<ActionState<MadeLink>> {
  return await runAction(CreateSetupLinkInput, form, createSetupLink);
}

export async function revokeSetupLinkAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(RevokeSetupLinkInput, form, revokeSetupLink);
  refresh();
  return state;
}

"use server";
import { refresh } from "next/cache";
import { DraftSetVersionInput } from "#lib/allowlist/sets/schema.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Drafted } from "../basket/commands.ts";
import { draftSetVersion } from "./commands.ts";

export async function draftSetVersionAction(
  _previous: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  const state = await runAction(DraftSetVersionInput, form, draftSetVersion);
  refresh();
  return state;
}

"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import * as commands from "./commands.ts";
import { BulkRef, StartBulkInput } from "./schema.ts";

type Started = { bulkId: string; total: number };

export async function startBulkAction(
  _: ActionState<Started>,
  form: FormData,
): Promise<ActionState<Started>> {
  const state = await runAction(StartBulkInput, form, (actor, input) => commands.startBulk(actor, input));
  refresh();
  return state;
}

export async function pauseBulkAction(_: ActionState<void>, form: FormData): Promise<ActionState<void>> {
  const state = await runAction(BulkRef, form, (actor, input) => commands.pauseBulk(actor, input));
  refresh();
  return state;
}

export async function resumeBulkAction(_: ActionState<void>, form: FormData): Promise<ActionState<void>> {
  const state = await runAction(BulkRef, form, (actor, input) => commands.resumeBulk(actor, input));
  refresh();
  return state;
}

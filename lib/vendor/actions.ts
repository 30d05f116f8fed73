"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { changeVendor } from "./commands.ts";
import { VendorInput } from "./schema.ts";

export async function changeVendorAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(VendorInput, form, changeVendor);
  refresh();
  return state;
}

"use server";
import { refresh } from "next/cache";
import { TickInput, UntickInput } from "#lib/allowlist/packs/schema.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Drafted } from "../basket/commands.ts";
import { draftCapabilities, draftCapabilityRemoval } from "./commands.ts";
import { type CapabilityPreview, previewCapabilities, previewRemoval } from "./queries.ts";

export async function draftCapabilitiesAction(
  _previous: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  const state = await runAction(TickInput, form, (actor, input) => draftCapabilities(actor, input));
  refresh();
  return state;
}

export async function draftCapabilityRemovalAction(
  _previous: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  const state = await runAction(UntickInput, form, (actor, input) => draftCapabilityRemoval(actor, input));
  refresh();
  return state;
}

/** Reads only: what ticking would do, for the dialog that asks whether to do it. */
export async function previewCapabilitiesAction(
  _previous: ActionState<CapabilityPreview>,
  form: FormData,
): Promise<ActionState<CapabilityPreview>> {
  return await runAction(TickInput, form, (actor, input) => previewCapabilities(actor, input));
}

export async function previewRemovalAction(
  _previous: ActionState<CapabilityPreview>,
  form: FormData,
): Promise<ActionState<CapabilityPreview>> {
  return await runAction(UntickInput, form, (actor, input) => previewRemoval(actor, input));
}

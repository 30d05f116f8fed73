"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import * as commands from "./commands.ts";
import * as keys from "./keys/commands.ts";
import * as schema from "./schema.ts";
import * as trust from "./trust/commands.ts";

export async function takeBundleAction(
  _previous: ActionState<commands.Taken>,
  form: FormData,
): Promise<ActionState<commands.Taken>> {
  return runAction(schema.TakeBundleInput, form, (actor, input) => commands.takeBundle(actor, input));
}

export async function makeBundleKeyAction(
  _previous: ActionState<{ keyId: string }>,
  form: FormData,
): Promise<ActionState<{ keyId: string }>> {
  const state = await runAction(schema.NoInput, form, (actor) => keys.makeBundleKey(actor));
  refresh();
  return state;
}

export async function retireBundleKeyAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.BundleKeyRef, form, (actor, input) =>
    keys.retireBundleKey(actor, input),
  );
  refresh();
  return state;
}

export async function addTrustAction(
  _previous: ActionState<{ trustId: string }>,
  form: FormData,
): Promise<ActionState<{ trustId: string }>> {
  const state = await runAction(schema.AddTrustInput, form, trust.addTrust);
  refresh();
  return state;
}

export async function revokeTrustAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(schema.RevokeTrustInput, form, (actor, input) =>
    trust.revokeTrust(actor, input),
  );
  refresh();
  return state;
}

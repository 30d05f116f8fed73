"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import { addDomain, type Checked, checkDomain, removeDomain, verifyDomainByHand } from "./commands.ts";
import { AddDomainInput, DomainRefInput, RemoveDomainInput, VerifyByHandInput } from "./schema.ts";

export async function addDomainAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(AddDomainInput, form, addDomain);
  refresh();
  return state;
}

export async function checkDomainAction(
  _previous: ActionState<Checked>,
  form: FormData,
): Promise<ActionState<Checked>> {
  const state = await runAction(DomainRefInput, form, checkDomain);
  refresh();
  return state;
}

export async function verifyDomainByHandAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(VerifyByHandInput, form, verifyDomainByHand);
  refresh();
  return state;
}

export async function removeDomainAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(RemoveDomainInput, form, removeDomain);
  refresh();
  return state;
}

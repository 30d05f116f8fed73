"use server";
import { refresh } from "next/cache";
import type { Checked } from "#lib/domains/commands.ts";
import { DomainRefInput } from "#lib/domains/schema.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { runPortalAction } from "../setup.ts";
import { addPortalDomain, checkPortalDomain, removePortalDomain, type Said } from "./commands.ts";
import { PortalDomainInput } from "./schema.ts";

export async function addPortalDomainAction(
  _previous: ActionState<Said>,
  form: FormData,
): Promise<ActionState<Said>> {
  const state = await runPortalAction(PortalDomainInput, form, addPortalDomain);
  refresh();
  return state;
}

export async function checkPortalDomainAction(
  _previous: ActionState<Checked | "silent">,
  form: FormData,
): Promise<ActionState<Checked | "silent">> {
  const state = await runPortalAction(DomainRefInput, form, checkPortalDomain);
  refresh();
  return state;
}

export async function removePortalDomainAction(
  _previous: ActionState<Said>,
  form: FormData,
): Promise<ActionState<Said>> {
  const state = await runPortalAction(DomainRefInput, form, removePortalDomain);
  refresh();
  return state;
}

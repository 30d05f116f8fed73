"use server";
import { refresh } from "next/cache";
import type { TokenMade } from "#lib/directories/commands.ts";
import type { FoundGroups } from "#lib/directory-content/queries.ts";
import { ActivateRolesInput, DraftRolesInput, FindGroupsInput } from "#lib/directory-content/schema.ts";
import type { LdapProbe } from "#lib/drivers/ldap-port.ts";
import { formObject } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { runPortalAction } from "#lib/portal/setup.ts";
import {
  activateOwnRoles,
  beginScim,
  changeLdapDirectory,
  confirmConnected,
  createLdapDirectory,
  discardOwnRoles,
  draftOwnRoles,
  type EndpointMade,
  findOwnGroups,
  leaveRoles,
  probeLdapDirectory,
  returnOwnRoles,
  rotateOwnToken,
  syncOwnDirectory,
} from "./commands.ts";
import {
  BeginScimInput,
  ChangeLdapSourceInput,
  CreateLdapInput,
  DirectoryInput,
  ProbeLdapSourceInput,
  RotateInput,
} from "./schema.ts";

type Made = ActionState<{ directoryId: string }>;

export async function beginScimAction(input: unknown): Promise<ActionState<EndpointMade>> {
  return await runPortalAction(BeginScimInput, input, beginScim);
}

export async function rotateOwnTokenAction(
  _previous: ActionState<TokenMade>,
  form: FormData,
): Promise<ActionState<TokenMade>> {
  return await runPortalAction(RotateInput, form, rotateOwnToken);
}

export async function confirmConnectedAction(input: unknown): Promise<ActionState<void>> {
  return await runPortalAction(DirectoryInput, input, confirmConnected);
}

export async function saveLdapDirectoryAction(_previous: Made, form: FormData): Promise<Made> {
  return form.has("directoryId")
    ? await runPortalAction(ChangeLdapSourceInput, form, changeLdapDirectory)
    : await runPortalAction(CreateLdapInput, form, createLdapDirectory);
}

export async function probeLdapDirectoryAction(form: FormData): Promise<ActionState<LdapProbe>> {
  return await runPortalAction(ProbeLdapSourceInput, formObject(form), probeLdapDirectory);
}

export async function syncOwnDirectoryAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runPortalAction(DirectoryInput, form, syncOwnDirectory);
  refresh();
  return state;
}

export async function findOwnGroupsAction(input: unknown): Promise<ActionState<FoundGroups>> {
  return await runPortalAction(FindGroupsInput, input, findOwnGroups);
}

export async function draftOwnRolesAction(input: unknown): Promise<ActionState<void>> {
  const state = await runPortalAction(DraftRolesInput, input, draftOwnRoles);
  refresh();
  return state;
}

export async function discardOwnRolesAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runPortalAction(DirectoryInput, form, discardOwnRoles);
  refresh();
  return state;
}

export async function activateOwnRolesAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runPortalAction(ActivateRolesInput, form, activateOwnRoles);
  refresh();
  return state;
}

export async function returnOwnRolesAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runPortalAction(DirectoryInput, form, returnOwnRoles);
  refresh();
  return state;
}

export async function leaveRolesAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  return await runPortalAction(DirectoryInput, form, leaveRoles);
}

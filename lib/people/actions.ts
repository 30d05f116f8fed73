"use server";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { visitor } from "#lib/auth/session.ts";
import { settle } from "#lib/auth/settle.ts";
import { runAction, runOpenAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { systemClock } from "#lib/shared/clock.ts";
import {
  changeAccess,
  invitePerson,
  type OneTimeLink,
  reactivatePerson,
  resetSignIn,
  revokeInvitation,
  revokePersonSession,
  suspendPerson,
} from "./commands.ts";
import { acceptInvitation, chooseNewPassword, setUp } from "./joining.ts";
import {
  ChangeAccessInput,
  InvitationRef,
  InvitePersonInput,
  JoinInput,
  PersonRef,
  PersonSessionRef,
  ResetInput,
  SetUpInput,
} from "./schema.ts";

type State<Value = void> = ActionState<Value>;

export async function setUpAction(_previous: State, form: FormData): Promise<State> {
  const from = await visitor();
  const state = await runOpenAction(SetUpInput, form, (input) => setUp(input, from, systemClock()));
  if (state.status !== "done") return state;
  redirect(await settle(state.value, "/", systemClock()));
}

export async function acceptInvitationAction(_previous: State, form: FormData): Promise<State> {
  const from = await visitor();
  const state = await runOpenAction(JoinInput, form, (input) => acceptInvitation(input, from, systemClock()));
  if (state.status !== "done") return state;
  redirect(await settle(state.value, "/", systemClock()));
}

export async function chooseNewPasswordAction(_previous: State, form: FormData): Promise<State> {
  const from = await visitor();
  const state = await runOpenAction(ResetInput, form, (input) =>
    chooseNewPassword(input, from, systemClock()),
  );
  if (state.status !== "done") return state;
  redirect(await settle(state.value, "/", systemClock()));
}

// The dialogs that show a one-time link refresh the page when they are closed, not before.
export async function invitePersonAction(
  _previous: State<OneTimeLink>,
  form: FormData,
): Promise<State<OneTimeLink>> {
  return await runAction(InvitePersonInput, form, invitePerson);
}

export async function resetSignInAction(
  _previous: State<OneTimeLink>,
  form: FormData,
): Promise<State<OneTimeLink>> {
  return await runAction(PersonRef, form, resetSignIn);
}

export async function revokeInvitationAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(InvitationRef, form, revokeInvitation);
  refresh();
  return state;
}

export async function changeAccessAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(ChangeAccessInput, form, changeAccess);
  refresh();
  return state;
}

export async function suspendPersonAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(PersonRef, form, suspendPerson);
  refresh();
  return state;
}

export async function reactivatePersonAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(PersonRef, form, reactivatePerson);
  refresh();
  return state;
}

export async function revokePersonSessionAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(PersonSessionRef, form, revokePersonSession);
  refresh();
  return state;
}

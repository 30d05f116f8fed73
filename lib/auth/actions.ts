"use server";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { runAction, runOpenAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { systemClock } from "#lib/shared/clock.ts";
import {
  beginOwnSecondFactor,
  changeOwnName,
  changeOwnPassword,
  changeSignInPolicy,
  confirmOwnSecondFactor,
  removeOwnSecondFactor,
  renewOwnRecoveryCodes,
  revokeOtherSessions,
  revokeOwnSession,
  signOut,
} from "./commands.ts";
import { clearSessionCookie, readAttemptCookie } from "./cookies.ts";
import {
  ChangeNameInput,
  ChangePasswordInput,
  ConfirmedByPassword,
  NextPath,
  NoInput,
  OwnSessionInput,
  RecoveryCodeInput,
  SecondFactorInput,
  SignInInput,
  SignInPolicyForm,
} from "./schema.ts";
import type { Enrolment } from "./second-factor.ts";
import { requireActor, visitor } from "./session.ts";
import { settle } from "./settle.ts";
import { enrolAtSignIn, finishEnrolment, proveSecondFactor, signInWithPassword } from "./sign-in.ts";

type State<Value = void> = ActionState<Value>;

export async function signInAction(_previous: State, form: FormData): Promise<State> {
  const from = await visitor();
  const state = await runOpenAction(SignInInput, form, (input) =>
    signInWithPassword(input, from, systemClock()),
  );
  if (state.status !== "done") return state;
  redirect(await settle(state.value, nextOf(form), systemClock()));
}

export async function secondFactorAction(_previous: State, form: FormData): Promise<State> {
  const [from, attempt] = [await visitor(), await readAttemptCookie()];
  const prove = (proof: SecondFactorInput) => proveSecondFactor(attempt, proof, from, systemClock());
  const state = await runOpenAction(SecondFactorInput, form, prove);
  if (state.status !== "done") return state;
  redirect(await settle(state.value, nextOf(form), systemClock()));
}

export async function recoveryCodeAction(_previous: State, form: FormData): Promise<State> {
  const [from, attempt] = [await visitor(), await readAttemptCookie()];
  const prove = (proof: RecoveryCodeInput) => proveSecondFactor(attempt, proof, from, systemClock());
  const state = await runOpenAction(RecoveryCodeInput, form, prove);
  if (state.status !== "done") return state;
  redirect(await settle(state.value, nextOf(form), systemClock()));
}

export async function enrolAction(_previous: State<string[]>, form: FormData): Promise<State<string[]>> {
  const [from, attempt] = [await visitor(), await readAttemptCookie()];
  return await runOpenAction(SecondFactorInput, form, ({ code }) =>
    enrolAtSignIn(attempt, code, from, systemClock()),
  );
}

export async function finishEnrolmentAction(_previous: State, form: FormData): Promise<State> {
  const [from, attempt] = [await visitor(), await readAttemptCookie()];
  const state = await runOpenAction(NoInput, {}, () => finishEnrolment(attempt, from, systemClock()));
  if (state.status !== "done") return state;
  redirect(await settle(state.value, nextOf(form), systemClock()));
}

export async function signOutAction(): Promise<void> {
  await signOut(await requireActor());
  await clearSessionCookie();
  redirect("/sign-in");
}

export async function changeOwnNameAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(ChangeNameInput, form, changeOwnName);
  refresh();
  return state;
}

export async function changeOwnPasswordAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(ChangePasswordInput, form, changeOwnPassword);
  refresh();
  return state;
}

export async function beginOwnSecondFactorAction(_previous: State<Enrolment>): Promise<State<Enrolment>> {
  return await runAction(NoInput, {}, beginOwnSecondFactor);
}

// No refresh here: the page behind would take the recovery codes away before they are read.
export async function confirmOwnSecondFactorAction(
  _previous: State<string[]>,
  form: FormData,
): Promise<State<string[]>> {
  return await runAction(SecondFactorInput, form, confirmOwnSecondFactor);
}

export async function removeOwnSecondFactorAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(ConfirmedByPassword, form, removeOwnSecondFactor);
  refresh();
  return state;
}

export async function renewOwnRecoveryCodesAction(
  _previous: State<string[]>,
  form: FormData,
): Promise<State<string[]>> {
  return await runAction(ConfirmedByPassword, form, renewOwnRecoveryCodes);
}

export async function revokeOwnSessionAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(OwnSessionInput, form, revokeOwnSession);
  refresh();
  return state;
}

export async function revokeOtherSessionsAction(_previous: State<number>): Promise<State<number>> {
  const state = await runAction(NoInput, {}, revokeOtherSessions);
  refresh();
  return state;
}

export async function changeSignInPolicyAction(_previous: State, form: FormData): Promise<State> {
  const state = await runAction(SignInPolicyForm, form, changeSignInPolicy);
  refresh();
  return state;
}

function nextOf(form: FormData): string {
  return NextPath.parse(form.get("next") ?? "/");
}

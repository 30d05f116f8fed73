"use server";
import { refresh } from "next/cache";
import type { z } from "zod";
import type { Actor } from "#lib/access/actor.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Drafted } from "./basket/commands.ts";
import * as basket from "./basket/commands.ts";
import * as commands from "./commands.ts";
import * as schema from "./schema.ts";

type Done = ActionState<void>;

async function act<Input extends z.ZodType, Value>(
  input: Input,
  form: FormData,
  command: (actor: Actor, input: z.output<Input>) => Promise<Value>,
): Promise<ActionState<Value>> {
  const state = await runAction(input, form, command);
  refresh();
  return state;
}

export async function draftRuleAction(
  _: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  return await act(schema.DraftRuleInput, form, (actor, input) => basket.draftRule(actor, input));
}

export async function draftRuleChangeAction(
  _: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  return await act(schema.DraftRuleChangeInput, form, (actor, input) => basket.draftRuleChange(actor, input));
}

export async function draftRetirementAction(
  _: ActionState<Drafted>,
  form: FormData,
): Promise<ActionState<Drafted>> {
  return await act(schema.DraftRetirementInput, form, (actor, input) => basket.draftRetirement(actor, input));
}

export async function describeRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.DescribeRequestInput, form, (actor, input) =>
    commands.describeRequest(actor, input),
  );
}

export async function dropChangeAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.DropChangeInput, form, (actor, input) => commands.dropChange(actor, input));
}

export async function simulateRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.RequestRef, form, (actor, input) => commands.simulateRequest(actor, input));
}

export async function proposeRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.RequestRef, form, (actor, input) => commands.proposeRequest(actor, input));
}

export async function withdrawRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.WithdrawInput, form, (actor, input) => commands.withdrawRequest(actor, input));
}

export async function approveRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.ApproveInput, form, (actor, input) => commands.approveRequest(actor, input));
}

export async function recordConsentAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.RecordConsentInput, form, (actor, input) => commands.recordConsent(actor, input));
}

export async function refuseRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.RefuseInput, form, (actor, input) => commands.refuseRequest(actor, input));
}

export async function commentOnRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.CommentInput, form, (actor, input) => commands.commentOnRequest(actor, input));
}

export async function applyApprovedAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.RequestRef, form, (actor, input) => commands.applyApproved(actor, input));
}

export async function verifyRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.VerifyInput, form, (actor, input) => commands.verifyRequest(actor, input));
}

export async function closeRequestAction(_: Done, form: FormData): Promise<Done> {
  return await act(schema.RequestRef, form, (actor, input) => commands.closeRequest(actor, input));
}

export async function rollBackRequestAction(
  _: ActionState<{ requestId: string }>,
  form: FormData,
): Promise<ActionState<{ requestId: string }>> {
  return await act(schema.RequestRef, form, (actor, input) => commands.rollBackRequest(actor, input));
}

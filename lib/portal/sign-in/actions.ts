"use server";
import { refresh } from "next/cache";
import type { TestStarted } from "#lib/connections/commands.ts";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { IssuerReading, MetadataReading } from "#lib/drivers/reading-port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { runPortalAction } from "#lib/portal/setup.ts";
import { activateOwn, returnOwn } from "./activate.ts";
import {
  beginConnection,
  confirmValues,
  inspectProvider,
  inspectProviderIssuer,
  readOwnTest,
  saveMapping,
  saveProvider,
} from "./commands.ts";
import { renewCertificates } from "./renew.ts";
import {
  ActivateInput,
  BeginInput,
  ConnectionInput,
  InspectIssuerInput,
  InspectMetadataInput,
  MappingInput,
  ProviderInput,
  RenewalInput,
  TestInput,
} from "./schema.ts";
import { type ReplayedOwn, replayOwnTest, startOwnTest } from "./test.ts";

export async function beginAction(input: unknown): Promise<ActionState<{ connectionId: string }>> {
  return await refreshed(runPortalAction(BeginInput, input, beginConnection));
}

export async function confirmValuesAction(input: unknown): Promise<ActionState<void>> {
  return await refreshed(runPortalAction(ConnectionInput, input, confirmValues));
}

export async function inspectMetadataAction(input: unknown): Promise<ActionState<MetadataReading>> {
  return await runPortalAction(InspectMetadataInput, input, inspectProvider);
}

export async function inspectIssuerAction(input: unknown): Promise<ActionState<IssuerReading>> {
  return await runPortalAction(InspectIssuerInput, input, inspectProviderIssuer);
}

export async function saveProviderAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  return await refreshed(runPortalAction(ProviderInput, form, saveProvider));
}

export async function saveMappingAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  return await refreshed(runPortalAction(MappingInput, form, saveMapping));
}

export async function renewAction(_previous: ActionState<void>, form: FormData): Promise<ActionState<void>> {
  return await refreshed(runPortalAction(RenewalInput, form, renewCertificates));
}

export async function startTestAction(input: unknown): Promise<ActionState<TestStarted>> {
  return await runPortalAction(ConnectionInput, input, startOwnTest);
}

export async function readTestAction(input: unknown): Promise<ActionState<SignInTrace>> {
  const state = await runPortalAction(TestInput, input, readOwnTest);
  if (state.status === "done" && state.value.state === "passed") refresh();
  return state;
}

export async function replayTestAction(input: unknown): Promise<ActionState<ReplayedOwn>> {
  return await runPortalAction(TestInput, input, replayOwnTest);
}

export async function activateAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  return await refreshed(runPortalAction(ActivateInput, form, activateOwn));
}

export async function returnAction(_previous: ActionState<void>, form: FormData): Promise<ActionState<void>> {
  return await refreshed(runPortalAction(ConnectionInput, form, returnOwn));
}

/** Has the page say how far the set-up has come by now. */
async function refreshed<Value>(running: Promise<ActionState<Value>>): Promise<ActionState<Value>> {
  const state = await running;
  if (state.status === "done") refresh();
  return state;
}

"use server";
import { refresh } from "next/cache";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { IssuerReading, MetadataReading } from "#lib/drivers/reading-port.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { Carried } from "#lib/platform/outbox.ts";
import { type AuthorityCertificate, AuthorityInput, understood } from "#lib/shared/authority.ts";
import {
  changeConnectionState,
  changeLdap,
  changeMapping,
  createConnection,
  createSetupLink,
  inspectIssuer,
  inspectMetadata,
  readTest,
  removeConnection,
  replaceCertificates,
  startTest,
  type TestStarted,
} from "./commands.ts";
import {
  ChangeLdapInput,
  ChangeMappingInput,
  ChangeStateInput,
  ConnectionRefInput,
  CreateConnectionInput,
  IssuerInput,
  MetadataInput,
  ReadTestInput,
  RemoveConnectionInput,
  ReplaceCertificatesInput,
  SetupLinkInput,
} from "./schema.ts";

export async function inspectMetadataAction(input: unknown): Promise<ActionState<MetadataReading>> {
  return await runAction(MetadataInput, input, inspectMetadata);
}

export async function inspectIssuerAction(input: unknown): Promise<ActionState<IssuerReading>> {
  return await runAction(IssuerInput, input, inspectIssuer);
}

export async function createConnectionAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(CreateConnectionInput, form, createConnection);
  refresh();
  return state;
}

export async function changeConnectionStateAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ChangeStateInput, form, changeConnectionState);
  refresh();
  return state;
}

export async function replaceCertificatesAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ReplaceCertificatesInput, form, replaceCertificates);
  refresh();
  return state;
}

export async function changeMappingAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ChangeMappingInput, form, changeMapping);
  refresh();
  return state;
}

/** Not refreshed: the page it is asked from is gone then, and the person is led to the list instead. */
export async function removeConnectionAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  return await runAction(RemoveConnectionInput, form, removeConnection);
}

export async function startTestAction(input: unknown): Promise<ActionState<TestStarted>> {
  return await runAction(ConnectionRefInput, input, startTest);
}

export async function readTestAction(input: unknown): Promise<ActionState<SignInTrace>> {
  return await runAction(ReadTestInput, input, readTest);
}

export async function createSetupLinkAction(
  _previous: ActionState<{ url: string }>,
  form: FormData,
): Promise<ActionState<{ url: string }>> {
  return await runAction(SetupLinkInput, form, createSetupLink);
}

export async function changeLdapAction(
  _previous: ActionState<Carried>,
  form: FormData,
): Promise<ActionState<Carried>> {
  const state = await runAction(ChangeLdapInput, form, changeLdap);
  refresh();
  return state;
}

/** What pasted certificates say: read here, for a browser cannot. Asked by whoever is signed in, of what they hold. */
export async function readAuthorityAction(text: string): Promise<ActionState<AuthorityCertificate[]>> {
  return await runAction(AuthorityInput, { text }, async (_actor, input) => understood(input));
}

"use server";
import { refresh } from "next/cache";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { archiveCustomer, changeCustomer, createCustomer, restoreCustomer } from "./commands.ts";
import { ChangeCustomerInput, CreateCustomerInput, CustomerRef } from "./schema.ts";

export async function createCustomerAction(
  _previous: ActionState<{ customerId: string }>,
  form: FormData,
): Promise<ActionState<{ customerId: string }>> {
  const state = await runAction(CreateCustomerInput, form, createCustomer);
  refresh();
  return state;
}

export async function changeCustomerAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(ChangeCustomerInput, form, changeCustomer);
  refresh();
  return state;
}

export async function archiveCustomerAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(CustomerRef, form, archiveCustomer);
  refresh();
  return state;
}

export async function restoreCustomerAction(
  _previous: ActionState<void>,
  form: FormData,
): Promise<ActionState<void>> {
  const state = await runAction(CustomerRef, form, restoreCustomer);
  refresh();
  return state;
}

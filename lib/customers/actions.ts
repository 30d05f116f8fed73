"use server";
import { refresh } from "next/cache";
import { requireActor } from "#lib/auth/session.ts";
import { runAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { archiveCustomer, changeCustomer, createCustomer, restoreCustomer } from "./commands.ts";
import { listCustomerChoices } from "./queries.ts";
import { ChangeCustomerInput, CreateCustomerInput, CustomerRef, CustomerSearch } from "./schema.ts";
import type { CustomerChoice } from "./shape.ts";

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

/** What a form's list of customers finds while somebody types. Text too short or too long finds nothing. */
export async function findCustomersAction(text: string): Promise<CustomerChoice[]> {
  const actor = await requireActor();
  const parsed = CustomerSearch.safeParse(text);
  return parsed.success ? listCustomerChoices(actor, { search: parsed.data }) : [];
}

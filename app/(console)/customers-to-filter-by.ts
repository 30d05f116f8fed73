import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import type { CustomerChoice } from "#lib/customers/shape.ts";

const MENU_MAX = 60;

/** A menu holds so many names and no more; beyond that one searches, and only the chosen stay in it. */
export async function customersToFilterBy(
  actor: Actor,
  chosen: readonly string[],
): Promise<CustomerChoice[]> {
  const all = await listCustomerChoices(actor, { limit: MENU_MAX + 1, chosen });
  return all.length <= MENU_MAX ? all : all.filter(({ id }) => chosen.includes(id));
}

import type { Actor } from "#lib/access/actor.ts";

/**
 * The part of a `where` that narrows services to those the actor may know of: the vendor's own, which belong to no
 * customer, and those of the actor's customers. Prisma drops an empty condition from an OR, so "all" is said apart.
 */
export function servicesVisibleTo(actor: Actor) {
  if (actor.customers === "all") return {};
  return { OR: [{ customerId: null }, { customerId: { in: [...actor.customers] } }] };
}

import "server-only";
import { type Actor, customersVisibleTo } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { AddressSet, Prisma } from "#lib/platform/prisma/client.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { mustOwn, recordOfSet } from "./require.ts";
import type { CreateSetInput } from "./schema.ts";

/** Makes a set without a version. One that is known elsewhere keeps the name that rules know it by, its slug. */
export async function makeSet(
  tx: Tx,
  actor: Actor,
  input: CreateSetInput,
  knownAs: string | null = null,
): Promise<AddressSet> {
  const { customerId = null, sourceUrl = null, ...facts } = input;
  if (customerId !== null) await mustBeCustomer(tx, actor, customerId);
  mustOwn(actor, { customerId });
  if (customerId === null && facts.allowsPrivate)
    throw new AppError("invalid", "Some fields need another look.", {
      [knownAs === null ? "allowsPrivate" : "customerId"]:
        "What lies inside a network is one customer's: choose whose.",
    });
  const id = newId("aset");
  const slug = knownAs ?? slugOf(facts.name, customerId === null ? null : id);
  const set = await tx.addressSet
    .create({ data: { id, slug, customerId, sourceUrl, ...facts } })
    .catch(takenName);
  await recordOfSet(tx, actor, set, { action: "address_set.create", after: factsOf(set) });
  return set;
}

export function factsOf(set: AddressSet): Prisma.InputJsonObject {
  const { slug, name, origin, sourceUrl, allowsPrivate, description } = set;
  return { slug, name, origin, sourceUrl, allowsPrivate, description };
}

async function mustBeCustomer(tx: Tx, actor: Actor, id: string): Promise<void> {
  const where = { AND: [{ id }, customersVisibleTo(actor)] };
  const customer = await tx.customer.findFirst({ where, select: { archivedAt: true } });
  if (!customer) throw new AppError("not_found", "There is no such customer.");
  if (customer.archivedAt) throw new AppError("conflict", "This customer is archived.");
}

/** A customer's own ends with some of its id: whether another customer has a set of this name is nobody's business. */
function slugOf(name: string, id: string | null): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return id === null ? words : `${words}-${id.slice(-6).toLowerCase()}`;
}

function takenName(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  const sentence = "There is a set of this name already.";
  throw new AppError("conflict", sentence, { name: sentence });
}

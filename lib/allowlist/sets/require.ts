import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { type AuditEntry, recordAudit } from "#lib/audit/record.ts";
import type { Tx } from "#lib/platform/db.ts";
import { type AddressSet, type AddressSetVersion, Prisma } from "#lib/platform/prisma/client.ts";
import { AppError } from "#lib/shared/errors.ts";

/** The sets that exist for this actor: everybody's, and those of their customers. */
export function setsVisibleTo(actor: Actor): Prisma.AddressSetWhereInput {
  // Not `visibleTo` in the OR: where everything is visible that is an empty condition, which Prisma leaves out.
  return actor.customers === "all" ? {} : { OR: [{ customerId: null }, visibleTo(actor)] };
}

/** @throws AppError `not_found`, also for what the actor may not see. */
export async function requireSet(
  tx: Tx,
  actor: Actor,
  which: { id: string } | { slug: string },
): Promise<AddressSet> {
  const set = await tx.addressSet.findFirst({ where: { ...which, ...setsVisibleTo(actor) } });
  if (!set) throw new AppError("not_found", "There is no such address set.");
  return set;
}

/**
 * A set that the actor may change, locked: its versions are counted, proposed and decided one after the other.
 * @throws AppError `forbidden` for what is everybody's, unless the actor sees everybody.
 */
export async function lockSet(tx: Tx, actor: Actor, setId: string): Promise<AddressSet> {
  mustOwn(actor, await requireSet(tx, actor, { id: setId }));
  await tx.$queryRaw(Prisma.sql`SELECT FROM console.address_sets WHERE id = ${setId} FOR UPDATE`);
  return requireSet(tx, actor, { id: setId });
}

export function mustOwn(actor: Actor, { customerId }: { customerId: string | null }): void {
  if (customerId === null && actor.customers !== "all")
    throw new AppError("forbidden", "This set is every deployment's: whoever sees all customers changes it.");
}

export function mayOwn(actor: Actor, { customerId }: { customerId: string | null }): boolean {
  return customerId !== null || actor.customers === "all";
}

/** A version in whose set the actor may decide, with both locked. */
export async function lockVersion(
  tx: Tx,
  actor: Actor,
  versionId: string,
): Promise<{ set: AddressSet; version: AddressSetVersion }> {
  const where = { id: versionId, set: setsVisibleTo(actor) };
  const found = await tx.addressSetVersion.findFirst({ where, select: { setId: true } });
  if (!found) throw new AppError("not_found", "There is no such version of an address set.");
  const set = await lockSet(tx, actor, found.setId);
  return { set, version: await tx.addressSetVersion.findUniqueOrThrow({ where: { id: versionId } }) };
}

/** The newest version that was accepted. */
export function newestAccepted(tx: Tx, setId: string): Promise<AddressSetVersion | null> {
  return tx.addressSetVersion.findFirst({
    where: { setId, state: "accepted" },
    orderBy: { number: "desc" },
  });
}

export function recordOfSet(
  tx: Tx,
  actor: Actor,
  { id, name, customerId }: Pick<AddressSet, "id" | "name" | "customerId">,
  entry: Pick<AuditEntry, "action" | "before" | "after" | "detail">,
): Promise<void> {
  const target = { targetType: "address_set", targetId: id, targetName: name, customerId };
  return recordAudit(tx, actor, { ...target, ...entry });
}

import "server-only";
import { type Actor, customersVisibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { archiveObstacle, slugOf } from "./policy.ts";
import type { ChangeCustomerInput, CreateCustomerInput, CustomerRef } from "./schema.ts";

/** Adds a customer, and returns its id. */
export function createCustomer(actor: Actor, input: CreateCustomerInput): Promise<{ customerId: string }> {
  actor.must("customer.create");
  if (actor.customers !== "all") {
    throw new AppError(
      "forbidden",
      "You see named customers only, so you could not see the one you add. Ask an owner.",
    );
  }
  return inScope(actor, async (tx) => {
    const id = newId("cus");
    await mustBeNew(tx, input.name, id);
    await tx.customer
      .create({ data: { id, slug: slugOf(input.name), ...input }, select: { id: true } })
      .catch(takenName);
    await recordAudit(tx, actor, {
      action: "customer.create",
      targetType: "customer",
      targetId: id,
      targetName: input.name,
      customerId: id,
      after: input,
    });
    return { customerId: id };
  });
}

/** Changes a customer's name, contact or notes. */
export function changeCustomer(actor: Actor, input: ChangeCustomerInput): Promise<void> {
  actor.must("customer.change");
  return inScope(actor, async (tx) => {
    const { customerId, ...after } = input;
    const { archivedAt, ...before } = await requireCustomer(tx, actor, customerId);
    if (archivedAt)
      throw new AppError("conflict", "This customer is archived. Restore it before changing it.");
    await mustBeNew(tx, after.name, customerId);
    const data = { ...after, slug: slugOf(after.name) };
    await tx.customer.update({ where: { id: customerId }, data, select: { id: true } }).catch(takenName);
    await recordAudit(tx, actor, {
      action: "customer.change",
      ...target(customerId, after.name),
      before,
      after,
    });
  });
}

/** Takes a customer out of the lists. Nothing is deleted; it can be restored. */
export function archiveCustomer(actor: Actor, { customerId }: CustomerRef): Promise<void> {
  actor.must("customer.archive");
  return inScope(actor, async (tx) => {
    const customer = await requireCustomer(tx, actor, customerId);
    if (customer.archivedAt) throw new AppError("conflict", "This customer is archived already.");
    const obstacle = archiveObstacle(await tx.deployment.count({ where: { customerId, archivedAt: null } }));
    if (obstacle) throw new AppError("conflict", obstacle);
    await tx.customer.update({
      where: { id: customerId },
      data: { archivedAt: new Date() },
      select: { id: true },
    });
    await recordAudit(tx, actor, { action: "customer.archive", ...target(customerId, customer.name) });
  });
}

/** Brings an archived customer back. Its deployments stay archived until they are restored themselves. */
export function restoreCustomer(actor: Actor, { customerId }: CustomerRef): Promise<void> {
  actor.must("customer.restore");
  return inScope(actor, async (tx) => {
    const customer = await requireCustomer(tx, actor, customerId);
    if (!customer.archivedAt) throw new AppError("conflict", "This customer is not archived.");
    await tx.customer.update({ where: { id: customerId }, data: { archivedAt: null }, select: { id: true } });
    await recordAudit(tx, actor, { action: "customer.restore", ...target(customerId, customer.name) });
  });
}

/** The customer, locked until the transaction ends, so that what was checked stays true. */
async function requireCustomer(tx: Tx, actor: Actor, customerId: string) {
  await tx.$queryRaw(Prisma.sql`SELECT FROM console.customers WHERE id = ${customerId} FOR UPDATE`);
  const customer = await tx.customer.findFirst({
    where: { AND: [{ id: customerId }, customersVisibleTo(actor)] },
    select: { name: true, contactEmail: true, notes: true, archivedAt: true },
  });
  if (!customer) throw new AppError("not_found", "There is no such customer.");
  return customer;
}

async function mustBeNew(tx: Tx, name: string, except: string): Promise<void> {
  const slug = slugOf(name);
  if (slug === "") throw invalidName("Use letters or digits in the name.");
  const other = await tx.customer.findFirst({
    where: { slug, id: { not: except } },
    select: { name: true, archivedAt: true },
  });
  if (!other) return;
  throw invalidName(
    `There is a customer named ${other.name} already${other.archivedAt ? ", archived" : ""}.`,
  );
}

/** Two people added the same name at the same moment, or it belongs to a customer this actor does not see. */
function takenName(error: unknown): never {
  if (isUniqueViolation(error)) {
    throw invalidName("This name is taken.");
  }
  throw error;
}

function invalidName(sentence: string): AppError {
  return new AppError("conflict", "Choose another name.", { name: sentence });
}

function target(customerId: string, targetName: string) {
  return { targetType: "customer", targetId: customerId, targetName, customerId };
}

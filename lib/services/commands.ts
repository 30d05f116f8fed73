import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { requireAuthority } from "#lib/drivers/management.ts";
import { meetService } from "#lib/drivers/service.ts";
import { patientFetch } from "#lib/drivers/transport.ts";
import { asSystem, inScope, type Tx } from "#lib/platform/db.ts";
import { open, seal } from "#lib/platform/seal.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { tokenContext } from "./local.ts";
import type { RegisterServiceInput, RemoveServiceInput, ServiceRefInput } from "./schema.ts";
import { servicesVisibleTo } from "./scope.ts";

/** Registers a service after it proved who it is and took our token; its key is pinned from here on. */
export async function registerService(
  actor: Actor,
  input: RegisterServiceInput,
): Promise<{ serviceId: string }> {
  actor.must("service.register");
  const { name, baseUrl, token, customerId } = input;
  await inScope(actor, (tx) => requireCustomer(tx, actor, customerId));
  const { publicKey, version } = await meetService(baseUrl, null, patientFetch(`The service at ${baseUrl}`));
  await requireAuthority({ name, baseUrl, publicKey, token });
  const id = newId("svc");
  const tokenSealed = seal(token, tokenContext(id));
  const data = { id, name, baseUrl, customerId, publicKey, version, tokenSealed, lastHeardAt: new Date() };
  await inScope(actor, async (tx) => {
    await requireCustomer(tx, actor, customerId);
    await tx.identityService.create({ data, select: { id: true } }).catch(taken);
    await recordAudit(tx, actor, {
      action: "service.register",
      targetType: "service",
      targetId: id,
      targetName: name,
      customerId,
      detail: { baseUrl, version },
    });
  });
  return { serviceId: id };
}

/** Asks the service whether it is still the one we know and takes our token, and writes down what it said. */
export async function checkService(
  actor: Actor,
  { serviceId }: ServiceRefInput,
): Promise<{ version: string }> {
  actor.must("service.read");
  const service = await inScope(actor, (tx) => requireService(tx, actor, serviceId));
  try {
    const { version } = await meetService(
      service.baseUrl,
      service.publicKey,
      patientFetch(`The identity service “${service.name}”`),
    );
    await requireAuthority({ ...service, token: open(service.tokenSealed, tokenContext(service.id)) });
    await note(serviceId, { version, stateReason: "", lastHeardAt: new Date() });
    return { version };
  } catch (error) {
    if (error instanceof AppError) await note(serviceId, { stateReason: error.message });
    throw error;
  }
}

/** Forgets a service. Its environments must be removed first: nothing could drive them any more. */
export async function removeService(actor: Actor, input: RemoveServiceInput): Promise<void> {
  actor.must("service.remove");
  await inScope(actor, async (tx) => {
    const service = await requireService(tx, actor, input.serviceId);
    if (input.confirm !== service.name)
      throw new AppError("invalid", "Type the name of the service to remove it.", {
        confirm: "This is not its name.",
      });
    if (service._count.environments > 0)
      throw new AppError("conflict", "Environments still live on this service. Remove them first.");
    await tx.identityService.delete({ where: { id: service.id }, select: { id: true } });
    await recordAudit(tx, actor, {
      action: "service.remove",
      targetType: "service",
      targetId: service.id,
      targetName: service.name,
      customerId: service.customerId,
      before: { baseUrl: service.baseUrl },
    });
  });
}

async function requireService(tx: Tx, actor: Actor, id: string) {
  const service = await tx.identityService.findFirst({
    where: { id, ...servicesVisibleTo(actor) },
    select: {
      id: true,
      name: true,
      baseUrl: true,
      publicKey: true,
      tokenSealed: true,
      customerId: true,
      _count: { select: { environments: true } },
    },
  });
  if (!service) throw new AppError("not_found", "There is no such identity service.");
  return service;
}

/** Only who sees every customer may register a service of the vendor's own, which belongs to none. */
async function requireCustomer(tx: Tx, actor: Actor, id: string | null): Promise<void> {
  if (id === null) {
    if (actor.customers !== "all")
      throw new AppError("invalid", "Choose the customer.", { customerId: "Choose one." });
    return;
  }
  const where = { AND: [{ id }, actor.customers === "all" ? {} : { id: { in: [...actor.customers] } }] };
  if (!(await tx.customer.findFirst({ where, select: { id: true } })))
    throw new AppError("not_found", "There is no such customer.");
}

async function note(
  id: string,
  data: { version?: string; stateReason: string; lastHeardAt?: Date },
): Promise<void> {
  await asSystem("what a service answered is noted; its row may belong to no customer", (tx) =>
    tx.identityService.updateMany({ where: { id }, data }),
  );
}

function taken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  const message = "A service with this address is registered already.";
  throw new AppError("conflict", message, { baseUrl: message });
}

import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { keyFingerprint } from "#lib/drivers/service.ts";
import { inScope } from "#lib/platform/db.ts";
import { log } from "#lib/platform/log.ts";
import { AppError } from "#lib/shared/errors.ts";
import { registerLocalService } from "./local.ts";
import { servicesVisibleTo } from "./scope.ts";

export interface ServiceRow {
  id: string;
  name: string;
  baseUrl: string;
  version: string;
  keyFingerprint: string;
  customerName: string | null;
  environments: number;
  stateReason: string;
  lastHeardAt: Date | null;
}

export interface ServiceChoice {
  id: string;
  name: string;
  baseUrl: string;
}

/** The offline identity services that this console drives. */
export async function listServices(actor: Actor): Promise<ServiceRow[]> {
  actor.must("service.read");
  await registerLocalServiceIfUp();
  const rows = await inScope(actor, (tx) =>
    tx.identityService.findMany({
      where: servicesVisibleTo(actor),
      select: {
        id: true,
        name: true,
        baseUrl: true,
        version: true,
        publicKey: true,
        stateReason: true,
        lastHeardAt: true,
        customer: { select: { name: true } },
        _count: { select: { environments: { where: { state: { not: "removed" } } } } },
      },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: 500,
    }),
  );
  return rows.map(({ publicKey, customer, _count, ...row }) => ({
    ...row,
    keyFingerprint: keyFingerprint(publicKey),
    customerName: customer?.name ?? null,
    environments: _count.environments,
  }));
}

/** The services on which an environment for this customer may be made: the vendor's own and the customer's. */
export async function listServicesFor(actor: Actor, customerId: string): Promise<ServiceChoice[]> {
  actor.must("environment.create");
  await registerLocalServiceIfUp();
  return await inScope(actor, (tx) =>
    tx.identityService.findMany({
      where: { AND: [servicesVisibleTo(actor), { OR: [{ customerId: null }, { customerId }] }] },
      select: { id: true, name: true, baseUrl: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: 500,
    }),
  );
}

/** A list must open while the local service is down; the next look registers it. */
async function registerLocalServiceIfUp(): Promise<void> {
  try {
    await registerLocalService();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log().warn({ reason: error.message }, "the local identity service could not be registered");
  }
}

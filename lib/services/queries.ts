import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { keyFingerprint } from "#lib/drivers/service.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import { log } from "#lib/platform/log.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { AppError } from "#lib/shared/errors.ts";
import { registerLocalService } from "./local.ts";
import type { ServiceListQuery } from "./schema.ts";
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

/** One page of the offline identity services that this console drives. */
export async function listServices(actor: Actor, query: ServiceListQuery): Promise<Page<ServiceRow>> {
  actor.must("service.read");
  await registerLocalServiceIfUp();
  const where = { AND: [servicesVisibleTo(actor), searched(query.search), ...filtered(query)] };
  return await inScope(actor, async (tx) => {
    const total = await tx.identityService.count({ where });
    const orderBy = [sorted(query), { id: query.direction }];
    const rows = await tx.identityService.findMany({ where, select: ROW, orderBy, ...pageBounds(query) });
    return { rows: rows.map(rowOf), total, page: query.page, pageSize: query.pageSize };
  });
}

/** One of them. */
export async function getService(actor: Actor, serviceId: string): Promise<ServiceRow> {
  actor.must("service.read");
  const where = { AND: [{ id: serviceId }, servicesVisibleTo(actor)] };
  const found = await inScope(actor, (tx) => tx.identityService.findFirst({ where, select: ROW }));
  if (!found) throw new AppError("not_found", "There is no such identity service.");
  return rowOf(found);
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

function searched(search: string): Prisma.IdentityServiceWhereInput {
  if (!search) return {};
  const contains = containing(search);
  return { OR: [{ name: contains }, { baseUrl: contains }, { customer: { name: contains } }] };
}

/** Both chosen, or neither: all of them. */
function filtered({ filters }: ServiceListQuery): Prisma.IdentityServiceWhereInput[] {
  const [wanted, ...others] = filters.state;
  if (others.length > 0 || !wanted) return [];
  return [wanted === "failing" ? { stateReason: { not: "" } } : { stateReason: "" }];
}

function sorted({ sort, direction }: ServiceListQuery): Prisma.IdentityServiceOrderByWithRelationInput {
  const by = {
    name: { name: direction },
    customer: { customer: { name: direction } },
    environments: { environments: { _count: direction } },
    heard: { lastHeardAt: { sort: direction, nulls: "last" } },
  } as const;
  return by[sort];
}

const ROW = {
  id: true,
  name: true,
  baseUrl: true,
  version: true,
  publicKey: true,
  stateReason: true,
  lastHeardAt: true,
  customer: { select: { name: true } },
  _count: { select: { environments: { where: { state: { not: "removed" } } } } },
} as const satisfies Prisma.IdentityServiceSelect;

function rowOf({
  publicKey,
  customer,
  _count,
  ...row
}: Prisma.IdentityServiceGetPayload<{ select: typeof ROW }>): ServiceRow {
  return {
    ...row,
    keyFingerprint: keyFingerprint(publicKey),
    customerName: customer?.name ?? null,
    environments: _count.environments,
  };
}

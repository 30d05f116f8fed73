import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import type { DriverName, EnvironmentKind, EnvironmentState } from "#lib/platform/prisma/enums.ts";
import { declined } from "#lib/shared/refusals.ts";
import { canMakeAtWorkos } from "./driver.ts";
import { driversFor } from "./policy.ts";

export interface EnvironmentRow {
  id: string;
  name: string;
  kind: EnvironmentKind;
  driver: DriverName;
  state: EnvironmentState;
  stateReason: string;
  clientId: string | null;
  baseUrl: string | null;
  issuer: string | null;
  lastCheckedAt: Date | null;
  serviceName: string | null;
  /** Why keys cannot be made here; null when they can. */
  whyNoKeys: string | null;
  whyNoDefault: string | null;
}

/** The environments of a deployment. Those being removed are left out. */
export async function listEnvironments(actor: Actor, deploymentId: string): Promise<EnvironmentRow[]> {
  actor.must("environment.read");
  return await inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const rows = await tx.environment.findMany({
      where: { deploymentId, state: { not: "removed" }, ...visibleTo(actor) },
      select: {
        id: true,
        name: true,
        kind: true,
        driver: true,
        state: true,
        stateReason: true,
        clientId: true,
        baseUrl: true,
        issuer: true,
        remoteId: true,
        lastCheckedAt: true,
        service: { select: { name: true } },
      },
      orderBy: [{ kind: "asc" }, { name: "asc" }],
      take: 50,
    });
    return rows.map(({ service, remoteId, ...row }) => ({
      ...row,
      serviceName: service?.name ?? null,
      whyNoKeys: canMakeKeys(row.driver, remoteId) ? null : whyNot(row.driver, "create_keys"),
      whyNoDefault: whyNot(row.driver, "choose_default_redirect_uri"),
    }));
  });
}

export interface EnvironmentChoices {
  customerId: string;
  drivers: readonly ("offline" | "workos")[];
  canMakeAtWorkos: boolean;
}

/** How an environment may be added to this deployment. */
export async function getEnvironmentChoices(actor: Actor, deploymentId: string): Promise<EnvironmentChoices> {
  actor.must("environment.read");
  const { customerId, mode } = await inScope(actor, (tx) => requireDeployment(tx, actor, deploymentId));
  return { customerId, drivers: driversFor(mode), canMakeAtWorkos: canMakeAtWorkos() };
}

function canMakeKeys(driver: DriverName, remoteId: string | null): boolean {
  return driver === "offline" || (remoteId !== null && canMakeAtWorkos());
}

async function requireDeployment(tx: Tx, actor: Actor, id: string) {
  const where = { id, ...visibleTo(actor) };
  const found = await tx.deployment.findFirst({ where, select: { customerId: true, mode: true } });
  if (!found) throw declined("not_found", "no_such_deployment");
  return found;
}

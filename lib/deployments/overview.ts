import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import type { DriverName, EnvironmentKind, EnvironmentState } from "#lib/platform/prisma/enums.ts";
import { declined } from "#lib/shared/refusals.ts";
import type { BoundaryRule } from "./boundary.ts";
import type { SetUpFacts } from "./policy.ts";

export interface OverviewEnvironment {
  id: string;
  name: string;
  kind: EnvironmentKind;
  driver: DriverName;
  state: EnvironmentState;
  stateReason: string;
  serviceName: string | null;
}

export interface OverviewConnection {
  id: string;
  name: string;
  type: string;
  state: string;
  environmentId: string;
}

export interface DeploymentOverview {
  environments: OverviewEnvironment[];
  connections: OverviewConnection[];
  /** The rules in force. */
  rules: BoundaryRule[];
  setUp: SetUpFacts;
}

/** What the overview of a deployment draws: everything on both sides of its boundary. */
export function getDeploymentOverview(
  actor: Actor,
  deploymentId: string,
  now = new Date(),
): Promise<DeploymentOverview> {
  actor.must("deployment.read");
  return inScope(actor, async (tx) => {
    const where = { id: deploymentId, ...visibleTo(actor) };
    const deployment = await tx.deployment.findFirst({ where, select: { mode: true } });
    if (!deployment) throw declined("not_found", "no_such_deployment");
    const environments = await readEnvironments(tx, deploymentId);
    const connections = await tx.connection.findMany({
      where: { deploymentId },
      select: { id: true, name: true, type: true, state: true, environmentId: true, lastSignInAt: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: 50,
    });
    const rules = await readRules(tx, deploymentId, now);
    const ids = environments.map(({ id }) => id);
    const setUp = {
      mode: deployment.mode,
      environments: environments.filter(({ state }) => state !== "provisioning").length,
      drivers: [...new Set(environments.map(({ driver }) => driver))],
      ...(await countCredentials(tx, ids, now)),
      connections: connections.length,
      activeConnections: connections.filter(({ state }) => state === "active").length,
      rules: rules.length,
      lastSignInAt: latest(connections.map(({ lastSignInAt }) => lastSignInAt)),
    };
    const shown = connections.map(({ lastSignInAt: _, ...connection }) => connection);
    return { environments, connections: shown, rules, setUp };
  });
}

/** The deployments of the same customer, to switch to. */
export function listNeighbours(actor: Actor, customerId: string): Promise<{ id: string; name: string }[]> {
  actor.must("deployment.read");
  return inScope(actor, (tx) =>
    tx.deployment.findMany({
      where: { AND: [{ customerId, archivedAt: null }, visibleTo(actor)] },
      select: { id: true, name: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: 50,
    }),
  );
}

async function readEnvironments(tx: Tx, deploymentId: string): Promise<OverviewEnvironment[]> {
  const rows = await tx.environment.findMany({
    where: { deploymentId, state: { not: "removed" } },
    select: {
      id: true,
      name: true,
      kind: true,
      driver: true,
      state: true,
      stateReason: true,
      service: { select: { name: true } },
    },
    orderBy: [{ kind: "asc" }, { name: "asc" }],
    take: 50,
  });
  return rows.map(({ service, ...row }) => ({ ...row, serviceName: service?.name ?? null }));
}

function readRules(tx: Tx, deploymentId: string, now: Date): Promise<BoundaryRule[]> {
  return tx.allowlistRule.findMany({
    where: { deploymentId, retiredAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    select: { direction: true, carriedBy: true, peer: true, hosts: true },
    take: 2_000,
  });
}

/** Keys of the application only: the one that the console drives an environment with signs nobody in. */
async function countCredentials(tx: Tx, environmentIds: string[], now: Date) {
  const environmentId = { in: environmentIds };
  const live = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  const applicationKeys = await tx.apiKey.count({
    where: { environmentId, ...live, NOT: { createdById: "system:console" } },
  });
  return { applicationKeys, redirectUris: await tx.redirectUri.count({ where: { environmentId } }) };
}

function latest(times: readonly (Date | null)[]): Date | null {
  return times.reduce((newest, time) => (time && (!newest || time > newest) ? time : newest), null);
}

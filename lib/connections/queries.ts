import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import type { ConnectionDetail, Organization, SignInTrace } from "#lib/drivers/port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { DriverName, EnvironmentKind } from "#lib/platform/prisma/enums.ts";
import { containing } from "#lib/platform/sql.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";
import { providerName } from "./providers.ts";
import type { ConnectionListQuery } from "./schema.ts";

export interface ConnectionRow {
  id: string;
  name: string;
  provider: string;
  organizationName: string;
  environmentId: string;
  environmentName: string;
  state: string;
  domains: string[];
  certificateExpiresAt: Date | null;
  lastSignInAt: Date | null;
  failures24h: number;
  syncedAt: Date;
}

/** One page of a deployment's connections, as the console last heard of them. */
export async function listConnections(
  actor: Actor,
  deploymentId: string,
  query: ConnectionListQuery,
): Promise<Page<ConnectionRow>> {
  actor.must("connection.read");
  const where = {
    AND: [{ deploymentId, ...visibleTo(actor) }, searched(query.search), ...filtered(query, new Date())],
  };
  return await inScope(actor, async (tx) => {
    const deployment = { id: deploymentId, ...visibleTo(actor) };
    if (!(await tx.deployment.findFirst({ where: deployment, select: { id: true } })))
      throw declined("not_found", "no_such_deployment");
    const total = await tx.connection.count({ where });
    const rows = await tx.connection.findMany({
      where,
      select: ROW,
      orderBy: sorted(query),
      ...pageBounds(query),
    });
    return { rows: rows.map(rowOf), total, page: query.page, pageSize: query.pageSize };
  });
}

export interface ConnectionPlace {
  id: string;
  name: string;
  kind: EnvironmentKind;
  driver: DriverName;
  /** Why connections cannot be made here by hand; null when they can. */
  whyNoConnections: string | null;
}

/** The environments of a deployment in which connections may be made. */
export async function listConnectionPlaces(actor: Actor, deploymentId: string): Promise<ConnectionPlace[]> {
  actor.must("connection.read");
  const rows = await inScope(actor, (tx) =>
    tx.environment.findMany({
      where: { deploymentId, state: { in: ["active", "failing"] }, ...visibleTo(actor) },
      select: { id: true, name: true, kind: true, driver: true },
      orderBy: [{ kind: "asc" }, { name: "asc" }],
      take: 50,
    }),
  );
  return rows.map((row) => ({ ...row, whyNoConnections: whyNot(row.driver, "create_connections") }));
}

/** The organizations of an environment, or the sentence that says why they cannot be read now. */
export async function listOrganizations(
  actor: Actor,
  environmentId: string,
): Promise<{ organizations: Organization[]; problem: string | null }> {
  actor.must("connection.read");
  await inScope(actor, (tx) => requireEnvironment(tx, actor, environmentId));
  try {
    const driver = await driverOf(environmentId);
    return { organizations: await driver.listOrganizations(""), problem: null };
  } catch (error) {
    return { organizations: [], problem: sentenceOf(error) };
  }
}

export interface ConnectionPage extends ConnectionRow {
  deploymentId: string;
  /** What the application names to send somebody to this connection. */
  organizationId: string | null;
  type: string;
  /** Why sign-ins cannot be watched or tested from here; null when they can. */
  whyNoTests: string | null;
}

/** What the console knows of one connection. */
export async function getConnection(
  actor: Actor,
  deploymentId: string,
  connectionId: string,
): Promise<ConnectionPage> {
  actor.must("connection.read");
  const found = await inScope(actor, (tx) =>
    tx.connection.findFirst({
      where: { id: connectionId, deploymentId, ...visibleTo(actor) },
      select: { ...ROW, deploymentId: true, organizationId: true },
    }),
  );
  if (!found) throw declined("not_found", "no_such_connection");
  const { driver } = found.environment;
  return {
    ...rowOf(found),
    deploymentId,
    organizationId: found.organizationId,
    type: found.type,
    whyNoTests: whyNot(driver, "test_connections"),
  };
}

export type LiveConnection =
  | { state: "answered"; detail: ConnectionDetail; traces: SignInTrace[] }
  | { state: "silent"; reason: string }
  | { state: "untold"; reason: string };

/** What the environment itself says of a connection right now; `silent` where it does not answer. */
export async function readLiveConnection(actor: Actor, connectionId: string): Promise<LiveConnection> {
  actor.must("connection.read");
  const where = { id: connectionId, ...visibleTo(actor) };
  const found = await inScope(actor, (tx) =>
    tx.connection.findFirst({
      where,
      select: { environmentId: true, environment: { select: { driver: true } } },
    }),
  );
  if (!found) throw declined("not_found", "no_such_connection");
  try {
    const { connections } = await driverOf(found.environmentId);
    if (!connections)
      return { state: "untold", reason: whyNot(found.environment.driver, "test_connections") ?? "" };
    const [detail, traces] = await Promise.all([
      connections.describe(connectionId),
      connections.listTraces(connectionId),
    ]);
    return { state: "answered", detail, traces };
  } catch (error) {
    return { state: "silent", reason: sentenceOf(error) };
  }
}

const ROW = {
  id: true,
  name: true,
  type: true,
  organizationName: true,
  environmentId: true,
  environment: { select: { name: true, driver: true } },
  state: true,
  domains: true,
  certificateExpiresAt: true,
  lastSignInAt: true,
  failures24h: true,
  syncedAt: true,
} as const satisfies Prisma.ConnectionSelect;

function rowOf({
  environment,
  type,
  ...row
}: Prisma.ConnectionGetPayload<{ select: typeof ROW }>): ConnectionRow {
  return { ...row, provider: providerName(type), environmentName: environment.name };
}

function searched(search: string): Prisma.ConnectionWhereInput {
  if (!search) return {};
  const contains = containing(search);
  const inText = [{ name: contains }, { organizationName: contains }, { type: contains }, { id: search }];
  return { OR: [...inText, { domains: { has: search.toLowerCase() } }] };
}

const CERTIFICATE: Record<string, (now: Date) => Prisma.ConnectionWhereInput> = {
  expired: (now) => ({ certificateExpiresAt: { lte: now } }),
  expiring: (now) => ({ certificateExpiresAt: { gt: now, lte: new Date(now.getTime() + 30 * DAY_MS) } }),
  valid: (now) => ({ certificateExpiresAt: { gt: new Date(now.getTime() + 30 * DAY_MS) } }),
  none: () => ({ certificateExpiresAt: null }),
};

function filtered({ filters }: ConnectionListQuery, now: Date): Prisma.ConnectionWhereInput[] {
  const { state, environment, certificate } = filters;
  const chosen = certificate.flatMap((name) => CERTIFICATE[name]?.(now) ?? []);
  return [
    state.length > 0 ? { state: { in: state } } : {},
    environment.length > 0 ? { environmentId: { in: environment } } : {},
    chosen.length > 0 ? { OR: chosen } : {},
  ];
}

function sorted({ sort, direction }: ConnectionListQuery): Prisma.ConnectionOrderByWithRelationInput[] {
  const nulls = { sort: direction, nulls: "last" } as const;
  const by = {
    name: { name: direction },
    organization: { organizationName: direction },
    state: { state: direction },
    certificate: { certificateExpiresAt: nulls },
    lastSignIn: { lastSignInAt: nulls },
    failures: { failures24h: direction },
  } as const;
  return [by[sort], { id: "asc" }];
}

function sentenceOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  throw error;
}

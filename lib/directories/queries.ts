import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import type { DirectoryDetail } from "#lib/drivers/directory-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";
import { directoryProviderName } from "./providers.ts";
import type { DirectoryListQuery } from "./schema.ts";

export interface DirectoryRow {
  id: string;
  name: string;
  type: string;
  provider: string;
  organizationName: string;
  environmentId: string;
  environmentName: string;
  state: string;
  usersActive: number | null;
  usersInactive: number | null;
  groupCount: number | null;
  lastSyncAt: Date | null;
  problem: string;
  syncedAt: Date;
}

/** One page of a deployment's directories, as the console last heard of them. */
export async function listDirectories(
  actor: Actor,
  deploymentId: string,
  query: DirectoryListQuery,
): Promise<Page<DirectoryRow>> {
  actor.must("directory.read");
  const where = {
    AND: [{ deploymentId, ...visibleTo(actor) }, searched(query.search), ...filtered(query, new Date())],
  };
  return await inScope(actor, async (tx) => {
    const deployment = { id: deploymentId, ...visibleTo(actor) };
    if (!(await tx.deployment.findFirst({ where: deployment, select: { id: true } })))
      throw declined("not_found", "no_such_deployment");
    const total = await tx.directory.count({ where });
    const rows = await tx.directory.findMany({
      where,
      select: ROW,
      orderBy: sorted(query),
      ...pageBounds(query),
    });
    return { rows: rows.map(rowOf), total, page: query.page, pageSize: query.pageSize };
  });
}

export interface DirectoryPlace {
  id: string;
  name: string;
  /** Why directories cannot be made here by hand; null when they can. */
  whyNoDirectories: string | null;
}

/** The environments of a deployment in which directories may be made. */
export async function listDirectoryPlaces(actor: Actor, deploymentId: string): Promise<DirectoryPlace[]> {
  actor.must("directory.read");
  const rows = await inScope(actor, (tx) =>
    tx.environment.findMany({
      where: { deploymentId, state: { in: ["active", "failing"] }, ...visibleTo(actor) },
      select: { id: true, name: true, driver: true },
      orderBy: [{ kind: "asc" }, { name: "asc" }],
      take: 50,
    }),
  );
  return rows.map(({ id, name, driver }) => ({
    id,
    name,
    whyNoDirectories: whyNot(driver, "create_directories"),
  }));
}

export interface DirectoryPage extends DirectoryRow {
  deploymentId: string;
  organizationId: string | null;
  /** Why it cannot be changed from here; null when it can. */
  whyNoChange: string | null;
  /** A token was made while nobody waited, and is still to be shown. */
  tokenWaits: boolean;
}

/** What the console knows of one directory. */
export async function getDirectory(
  actor: Actor,
  deploymentId: string,
  directoryId: string,
): Promise<DirectoryPage> {
  actor.must("directory.read");
  return await inScope(actor, async (tx) => {
    const found = await tx.directory.findFirst({
      where: { id: directoryId, deploymentId, ...visibleTo(actor) },
      select: { ...ROW, organizationId: true },
    });
    if (!found) throw declined("not_found", "no_such_directory");
    const waiting = await tx.operation.count({
      where: { targetId: directoryId, resultSealed: { not: null } },
    });
    const { organizationId, environment } = found;
    const whyNoChange = whyNot(environment.driver, "create_directories");
    return { ...rowOf(found), deploymentId, organizationId, whyNoChange, tokenWaits: waiting > 0 };
  });
}

/** What may have changed since the console last heard of it. */
export type DirectoryNow = Pick<
  DirectoryRow,
  "name" | "state" | "usersActive" | "usersInactive" | "groupCount" | "lastSyncAt" | "problem" | "syncedAt"
>;

export type LiveDirectory =
  | { state: "answered"; detail: DirectoryDetail; now: DirectoryNow }
  | { state: "silent"; reason: string }
  | { state: "untold"; reason: string };

/** What the environment itself says of a directory right now; `silent` where it does not answer. */
export async function readLiveDirectory(actor: Actor, directoryId: string): Promise<LiveDirectory> {
  actor.must("directory.read");
  const found = await inScope(actor, (tx) =>
    tx.directory.findFirst({
      where: { id: directoryId, ...visibleTo(actor) },
      select: { environmentId: true, environment: { select: { driver: true } } },
    }),
  );
  if (!found) throw declined("not_found", "no_such_directory");
  try {
    const { directories } = await driverOf(found.environmentId);
    if (!directories)
      return { state: "untold", reason: whyNot(found.environment.driver, "create_directories") ?? "" };
    const detail = await directories.describe(directoryId);
    return { state: "answered", detail, now: nowOf(detail) };
  } catch (error) {
    if (error instanceof AppError) return { state: "silent", reason: error.message };
    throw error;
  }
}

function nowOf({ directory: { name, state, content, sync } }: DirectoryDetail): DirectoryNow {
  return {
    ...{ name, state, syncedAt: new Date() },
    usersActive: content?.usersActive ?? null,
    usersInactive: content?.usersInactive ?? null,
    groupCount: content?.groups ?? null,
    lastSyncAt: sync?.lastAt ?? null,
    problem: sync?.problem ?? "",
  };
}

const ROW = {
  id: true,
  name: true,
  type: true,
  organizationName: true,
  environmentId: true,
  environment: { select: { name: true, driver: true } },
  state: true,
  usersActive: true,
  usersInactive: true,
  groupCount: true,
  lastSyncAt: true,
  problem: true,
  syncedAt: true,
} as const satisfies Prisma.DirectorySelect;

function rowOf({
  environment,
  type,
  ...row
}: Prisma.DirectoryGetPayload<{ select: typeof ROW }>): DirectoryRow {
  return { ...row, type, provider: directoryProviderName(type), environmentName: environment.name };
}

function searched(search: string): Prisma.DirectoryWhereInput {
  if (!search) return {};
  const contains = containing(search);
  return { OR: [{ name: contains }, { organizationName: contains }, { type: contains }, { id: search }] };
}

const SYNC: Record<string, (now: Date) => Prisma.DirectoryWhereInput> = {
  failing: () => ({ problem: { not: "" } }),
  day: (now) => ({ lastSyncAt: { gt: new Date(now.getTime() - DAY_MS) } }),
  older: (now) => ({ lastSyncAt: { lte: new Date(now.getTime() - DAY_MS) } }),
  never: () => ({ lastSyncAt: null }),
};

function filtered({ filters }: DirectoryListQuery, now: Date): Prisma.DirectoryWhereInput[] {
  const { state, environment, sync } = filters;
  const chosen = sync.flatMap((name) => SYNC[name]?.(now) ?? []);
  return [
    state.length > 0 ? { state: { in: state } } : {},
    environment.length > 0 ? { environmentId: { in: environment } } : {},
    chosen.length > 0 ? { OR: chosen } : {},
  ];
}

function sorted({ sort, direction }: DirectoryListQuery): Prisma.DirectoryOrderByWithRelationInput[] {
  const nulls = { sort: direction, nulls: "last" } as const;
  const by = {
    name: { name: direction },
    organization: { organizationName: direction },
    state: { state: direction },
    users: { usersActive: nulls },
    groups: { groupCount: nulls },
    lastSync: { lastSyncAt: nulls },
  } as const;
  return [by[sort], { id: "asc" }];
}

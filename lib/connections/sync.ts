import "server-only";
import { mirrorDirectories } from "#lib/directories/mirror.ts";
import { mirrorDomains } from "#lib/domains/mirror.ts";
import type { Directory } from "#lib/drivers/directory-port.ts";
import type { Domain } from "#lib/drivers/domain-port.ts";
import type { Batch, Connection, IdentityDriver, KeyUse, RedirectUri } from "#lib/drivers/port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { type MirrorPlace, mirror } from "./mirror.ts";

const EVERY_MS = 5 * MINUTE_MS;
const AT_ONCE = 8;

/** Asks every environment that was not asked lately how it stands, the longest unasked first. Run by the worker. */
export async function syncDue(limit = 200): Promise<{ heard: number; silent: number }> {
  const before = new Date(Date.now() - EVERY_MS);
  const due = await asSystem("the worker looks for environments to ask", (tx) =>
    tx.environment.findMany({
      where: {
        state: { in: ["active", "failing"] },
        OR: [{ lastCheckedAt: null }, { lastCheckedAt: { lt: before } }],
      },
      select: { id: true },
      orderBy: { lastCheckedAt: { sort: "asc", nulls: "first" } },
      take: limit,
    }),
  );
  const count = { heard: 0, silent: 0 };
  const next = due.values();
  const askOn = async () => {
    // One iterator shared by all: a slow site holds up one lane, not the others.
    for (const { id } of next) count[(await syncEnvironment(id)) ? "heard" : "silent"]++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOn));
  return count;
}

/** Asks one environment, and writes down what it said or that it did not answer. Returns whether it did. */
export async function syncEnvironment(environmentId: string): Promise<boolean> {
  const at = new Date();
  try {
    const told = await hear(await driverOf(environmentId));
    await asSystem("what an environment told is written down", (tx) =>
      writeDown(tx, environmentId, told, at),
    );
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const data = { state: "failing", stateReason: error.message, lastCheckedAt: at } as const;
    const where = { id: environmentId, state: { in: ["active" as const, "failing" as const] } };
    await asSystem("an environment did not answer", (tx) => tx.environment.updateMany({ where, data }));
    return false;
  }
}

interface Told {
  issuer: string | null;
  connections: Connection[];
  directories: Directory[];
  domains: Domain[] | null;
  organizations: Map<string, string>;
  redirectUris: RedirectUri[] | null;
  keys: KeyUse[];
}

async function hear(driver: IdentityDriver): Promise<Told> {
  const { issuer } = await driver.check();
  const connections = await everything((after) => driver.listConnections(after));
  const directories = await everything((after) => driver.listDirectories(after));
  const inSome = connections.length > 0 || directories.length > 0;
  const organizations = inSome ? await driver.listOrganizations("") : [];
  return {
    issuer,
    connections,
    directories,
    domains: await everything((after) => driver.domains.list(after)).catch(notTold),
    organizations: new Map(organizations.map(({ id, name }) => [id, name])),
    redirectUris: await driver.listRedirectUris().catch(notTold),
    keys: driver.keys ? await driver.keys.listUse() : [],
  };
}

async function everything<Item>(list: (after: string | null) => Promise<Batch<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  do {
    const batch = await list(after);
    items.push(...batch.items);
    after = batch.after;
  } while (after !== null && items.length < 10_000);
  return items;
}

/** An environment that has no such list leaves what we know as it is. */
function notTold(error: unknown): null {
  if (error instanceof AppError && error.kind === "not_found") return null;
  throw error;
}

async function writeDown(tx: Tx, environmentId: string, told: Told, at: Date): Promise<void> {
  const environment = await tx.environment.findFirst({
    where: { id: environmentId, state: { in: ["active", "failing"] } },
    select: { customerId: true, deploymentId: true, serviceId: true },
  });
  if (!environment) return; // removed while we asked
  const { serviceId, ...owner } = environment;
  const place = { ...owner, environmentId };
  for (const connection of told.connections) {
    const name = told.organizations.get(connection.organizationId ?? "") ?? null;
    await mirror(tx, place, connection, name, at);
  }
  // What it no longer tells of is gone there; what was made since we asked is newer than `at`.
  await tx.connection.deleteMany({ where: { environmentId, syncedAt: { lt: at } } });
  await mirrorDirectories(tx, place, told.directories, told.organizations, at);
  if (told.domains) await mirrorDomains(tx, place, told.domains, at);
  if (told.redirectUris) await mirrorRedirectUris(tx, place, told.redirectUris, at);
  for (const { id, revokedAt, ...use } of told.keys) {
    const data = { ...use, ...(revokedAt ? { revokedAt } : {}) };
    await tx.apiKey.updateMany({ where: { environmentId, remoteId: id }, data });
  }
  const heard = { state: "active", stateReason: "", lastCheckedAt: at, issuer: told.issuer } as const;
  await tx.environment.update({ where: { id: environmentId }, data: heard, select: { id: true } });
  await tx.deployment.update({
    where: { id: place.deploymentId },
    data: { lastHeardAt: at },
    select: { id: true },
  });
  if (serviceId)
    await tx.identityService.update({
      where: { id: serviceId },
      data: { lastHeardAt: at, stateReason: "" },
      select: { id: true },
    });
}

async function mirrorRedirectUris(tx: Tx, place: MirrorPlace, told: RedirectUri[], at: Date): Promise<void> {
  const { environmentId, customerId } = place;
  for (const { id: remoteId, uri, isDefault } of told) {
    await tx.redirectUri.upsert({
      where: { environmentId_uri: { environmentId, uri } },
      create: { id: newId("uri"), customerId, environmentId, remoteId, uri, isDefault },
      update: { remoteId, isDefault },
      select: { id: true },
    });
  }
  const gone = {
    environmentId,
    remoteId: { not: null },
    createdAt: { lt: at },
    uri: { notIn: told.map(({ uri }) => uri) },
  };
  await tx.redirectUri.deleteMany({ where: gone });
}

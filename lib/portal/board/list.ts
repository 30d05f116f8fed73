import "server-only";
import { type Board, getOrganizationBoard, type LastDay, readLastDay } from "#lib/board/queries.ts";
import { mirror } from "#lib/connections/mirror.ts";
import { mirrorDirectory } from "#lib/directories/mirror.ts";
import { mirrorDomain } from "#lib/domains/mirror.ts";
import type { IdentityDriver } from "#lib/drivers/port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { Setup } from "../setup.ts";

export interface PortalBoard extends Pick<Board, "parts" | "certificates"> {
  /** Null where the link is not for sign-in. */
  lastDay: LastDay | null;
  /** The environment did not answer: what stands here is what was heard last. */
  isSilent: boolean;
}

/** How everything stands that is set up for the organization of a set-up, and for no other. */
export async function readPortalBoard(setup: Setup, now = new Date()): Promise<PortalBoard> {
  const { actor, environmentId, organizationId } = setup;
  const isSilent = !(await hear(setup, now));
  const board = await getOrganizationBoard(actor, environmentId, organizationId, now);
  const lastDay = actor.can("connection.read")
    ? await readLastDay(actor, environmentId, organizationId, now)
    : null;
  return { ...board, lastDay, isSilent };
}

/** Asks the environment about each of the organization's things, and writes down what it says. Returns whether it answered. */
async function hear(setup: Setup, at: Date): Promise<boolean> {
  const { actor, customerId, deploymentId, environmentId, organizationId } = setup;
  const place = { customerId, deploymentId, environmentId };
  const whose = { place, name: setup.organizationName };
  const own = { environmentId, organizationId };
  const [connections, directories] = await inScope(actor, async (tx) => [
    await tx.connection.findMany({ where: own, select: { id: true }, take: ASKED_MAX }),
    await tx.directory.findMany({ where: own, select: { id: true }, take: ASKED_MAX }),
  ]);
  try {
    const driver = await driverOf(environmentId);
    const writes = await Promise.all([
      ...connections.map(({ id }) => hearConnection(driver, id, whose, at)),
      ...directories.map(({ id }) => hearDirectory(driver, id, whose, at)),
      hearDomains(driver, organizationId, place, at),
    ]);
    await inScope(actor, async (tx) => {
      for (const write of writes) await write(tx);
    });
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

const ASKED_MAX = 25;

type Place = { customerId: string; deploymentId: string; environmentId: string };
type Whose = { place: Place; name: string };
type Write = (tx: Tx) => Promise<unknown>;

async function hearConnection(
  driver: IdentityDriver,
  id: string,
  { place, name }: Whose,
  at: Date,
): Promise<Write> {
  const found = await driver.getConnection(id).catch(gone);
  if (!found) return (tx) => tx.connection.deleteMany({ where: { id, ...place } });
  return (tx) => mirror(tx, place, found, name, at);
}

async function hearDirectory(
  driver: IdentityDriver,
  id: string,
  { place, name }: Whose,
  at: Date,
): Promise<Write> {
  const found = await driver.getDirectory(id).catch(gone);
  if (!found) return (tx) => tx.directory.deleteMany({ where: { id, ...place } });
  return (tx) => mirrorDirectory(tx, place, found, name, at);
}

async function hearDomains(
  driver: IdentityDriver,
  organizationId: string,
  place: Place,
  at: Date,
): Promise<Write> {
  const found = (await driver.domains.listOf(organizationId).catch(gone)) ?? [];
  return async (tx) => {
    for (const domain of found) await mirrorDomain(tx, place, domain, at);
    const ids = found.map(({ id }) => id);
    await tx.domain.deleteMany({
      where: { ...place, organizationId, id: { notIn: ids }, syncedAt: { lt: at } },
    });
  };
}

function gone(error: unknown): null {
  if (error instanceof AppError && error.kind === "not_found") return null;
  throw error;
}

import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import type { FailedSignIn, SignInHour } from "#lib/drivers/sign-in-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";
import { environmentStanding, type Standing, wholeDay } from "./policy.ts";
import {
  type BoardPart,
  type CertificateEnd,
  readCertificates,
  readConnections,
  readDirectories,
  readDomains,
  readRedirectUris,
  readSetupLinks,
} from "./read.ts";

export interface BoardEnvironment {
  id: string;
  name: string;
  standing: Standing;
  reason: string;
  /** When it answered or should have. */
  checkedAt: Date | null;
}

export interface Board {
  environments: BoardEnvironment[];
  parts: BoardPart[];
  certificates: CertificateEnd[];
}

/** How everything stands that is set up at a deployment, as the console last heard of it. */
export async function getBoard(actor: Actor, deploymentId: string, now = new Date()): Promise<Board> {
  actor.must("connection.read");
  return await inScope(actor, async (tx) => {
    const deployment = await tx.deployment.findFirst({
      where: { id: deploymentId, ...visibleTo(actor) },
      select: { customerId: true },
    });
    if (!deployment) throw declined("not_found", "no_such_deployment");
    const scope = { customerId: deployment.customerId, deploymentId };
    const environments = await tx.environment.findMany({
      where: { ...scope, state: { not: "removed" } },
      select: { id: true, name: true, state: true, stateReason: true, lastCheckedAt: true },
      orderBy: [{ kind: "asc" }, { name: "asc" }],
      take: 50,
    });
    const view = { scope, several: environments.length > 1, now };
    const parts = [
      await readConnections(tx, view),
      await readDirectories(tx, view),
      await readDomains(tx, view),
      await readRedirectUris(tx, view),
      await readSetupLinks(tx, view),
    ];
    return {
      environments: environments.map(({ stateReason, lastCheckedAt, ...environment }) => ({
        ...{ id: environment.id, name: environment.name, reason: stateReason, checkedAt: lastCheckedAt },
        standing: environmentStanding(environment),
      })),
      parts,
      certificates: await readCertificates(tx, view),
    };
  });
}

/** The same of one organization, as far as the actor may know of each kind; its set-up link is at hand where this is asked. */
export async function getOrganizationBoard(
  actor: Actor,
  environmentId: string,
  organizationId: string,
  now = new Date(),
): Promise<Pick<Board, "parts" | "certificates">> {
  return await inScope(actor, async (tx) => {
    const { customerId, deploymentId } = await requireEnvironment(tx, actor, environmentId);
    const scope = { customerId, deploymentId, environmentId, organizationId };
    const view = { scope, several: false, now };
    const seesSignIn = actor.can("connection.read");
    const parts = [
      seesSignIn ? await readConnections(tx, view) : null,
      actor.can("directory.read") ? await readDirectories(tx, view) : null,
      actor.can("domain.read") ? await readDomains(tx, view) : null,
      // They are an environment's, and whoever sets up a sign-in must know them.
      seesSignIn ? await readRedirectUris(tx, view) : null,
    ];
    return {
      parts: parts.filter((part) => part !== null),
      certificates: seesSignIn ? await readCertificates(tx, view) : [],
    };
  });
}

/** `silent`: the environment does not answer. `untold`: it never tells. Either way nothing is made up in place of it. */
export type LastDay =
  | { state: "answered"; hours: SignInHour[]; failures: FailedSignIn[] }
  | { state: "silent"; reason: string; since: Date | null }
  | { state: "untold"; reason: string };

/** How sign-ins went in the last day, from the environment itself: of all its organizations, or of one. */
export async function readLastDay(
  actor: Actor,
  environmentId: string,
  organizationId: string | null,
  now = new Date(),
): Promise<LastDay> {
  actor.must("connection.read");
  const { driver, lastHeardAt } = await inScope(actor, async (tx) => {
    const found = await requireEnvironment(tx, actor, environmentId);
    const where = { id: found.deploymentId };
    const deployment = await tx.deployment.findUnique({ where, select: { lastHeardAt: true } });
    return { ...found, lastHeardAt: deployment?.lastHeardAt ?? null };
  });
  const untold = whyNot(driver, "watch_sign_ins");
  if (untold) return { state: "untold", reason: untold };
  try {
    const { signIns } = await driverOf(environmentId);
    if (!signIns) return { state: "untold", reason: "" };
    const [hours, failures] = await Promise.all([
      signIns.hours(organizationId),
      signIns.failures(organizationId),
    ]);
    return { state: "answered", hours: wholeDay(hours, now), failures };
  } catch (error) {
    if (error instanceof AppError) return { state: "silent", reason: error.message, since: lastHeardAt };
    throw error;
  }
}

import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { workosDriver } from "#lib/drivers/workos.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { type Carried, carryOutOrTakeBack, writeOperation } from "#lib/platform/outbox.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { driverOf, environmentMaker, keyColumns } from "./driver.ts";
import { environmentOperations } from "./operations.ts";
import { consoleKey, driversFor } from "./policy.ts";
import { requireEnvironment } from "./require.ts";
import type {
  AdoptEnvironmentInput,
  CreateEnvironmentInput,
  EnvironmentRefInput,
  RemoveEnvironmentInput,
  RenameEnvironmentInput,
  ReplaceKeyInput,
} from "./schema.ts";

/** Has an environment made, with a key for this console. */
export async function createEnvironment(
  actor: Actor,
  input: CreateEnvironmentInput,
): Promise<{ environmentId: string } & Carried> {
  actor.must("environment.create");
  const { name, kind, driver, deploymentId } = input;
  const serviceId = input.driver === "offline" ? input.serviceId : null;
  const id = newId("env");
  const operationId = await inScope(actor, async (tx) => {
    const { customerId } = await requireDeployment(tx, actor, deploymentId, driver);
    if (serviceId) await requireService(tx, serviceId, customerId);
    else await environmentMaker(driver, null); // refuses where it cannot be made from here
    const data = { id, customerId, deploymentId, name, kind, driver, serviceId };
    await tx.environment.create({ data, select: { id: true } }).catch(taken);
    await recordAudit(tx, actor, {
      action: "environment.create",
      ...target(id, name, customerId, deploymentId),
      after: { kind, driver },
    });
    const errand = { kind: "environment.create", customerId, deploymentId, environmentId: id, targetId: id };
    return await writeOperation(tx, actor, { ...errand, input: { driver, serviceId, name, kind } });
  });
  return { environmentId: id, ...(await carryOutOrTakeBack(environmentOperations, operationId)) };
}

/** Takes an environment that exists at WorkOS under the console's care, after a call with its key has worked. */
export async function adoptEnvironment(
  actor: Actor,
  input: AdoptEnvironmentInput,
): Promise<{ environmentId: string }> {
  actor.must("environment.create");
  const { deploymentId, name, kind, clientId, key } = input;
  await inScope(actor, (tx) => requireDeployment(tx, actor, deploymentId, "workos"));
  const baseUrl = new URL(env().workosUrl).origin;
  const facts = await workosDriver({ baseUrl, clientId, key, platform: null }).check();
  const id = newId("env");
  await inScope(actor, async (tx) => {
    const { customerId } = await requireDeployment(tx, actor, deploymentId, "workos");
    const data = { id, customerId, deploymentId, name, kind, driver: "workos", state: "active" } as const;
    // `lastCheckedAt` stays empty: the worker then reads at once which connections are there already.
    const checked = { clientId, baseUrl, issuer: facts.issuer };
    await tx.environment
      .create({ data: { ...data, ...checked, ...keyColumns(id, key) }, select: { id: true } })
      .catch(taken);
    await tx.apiKey.create({ data: consoleKey(customerId, id, null, key), select: { id: true } });
    const heard = { lastHeardAt: facts.checkedAt };
    await tx.deployment.update({ where: { id: deploymentId }, data: heard, select: { id: true } });
    await recordAudit(tx, actor, {
      action: "environment.create",
      ...target(id, name, customerId, deploymentId),
      after: { kind, driver: "workos", clientId, adopted: true },
    });
  });
  return { environmentId: id };
}

/** Gives the console another key of the same WorkOS environment. The old one is revoked where it was made. */
export async function replaceKey(actor: Actor, { environmentId, key }: ReplaceKeyInput): Promise<void> {
  actor.must("environment.change");
  const { clientId, baseUrl, driver } = await inScope(actor, (tx) =>
    requireEnvironment(tx, actor, environmentId),
  );
  if (driver !== "workos" || !clientId || !baseUrl)
    throw new AppError(
      "invalid",
      "The key of this environment is kept by its identity service. Rotate it instead.",
    );
  await workosDriver({ baseUrl, clientId, key, platform: null }).check();
  await inScope(actor, async (tx) => {
    const { customerId, deploymentId, name } = await requireEnvironment(tx, actor, environmentId);
    const data = { ...keyColumns(environmentId, key), state: "active", stateReason: "" } as const;
    await tx.environment.update({ where: { id: environmentId }, data, select: { id: true } }).catch(taken);
    const added = await tx.apiKey.create({
      data: consoleKey(customerId, environmentId, null, key),
      select: { id: true },
    });
    const old = { environmentId, createdById: "system:console", revokedAt: null, id: { not: added.id } };
    await tx.apiKey.updateMany({ where: old, data: { rotatedToId: added.id, revokedAt: new Date() } });
    await recordAudit(tx, actor, {
      action: "environment.change",
      ...target(environmentId, name, customerId, deploymentId),
      detail: { replaced: "console key" },
    });
  });
}

export async function renameEnvironment(
  actor: Actor,
  { environmentId, name }: RenameEnvironmentInput,
): Promise<Carried> {
  actor.must("environment.change");
  const operationId = await inScope(actor, async (tx) => {
    const before = await requireEnvironment(tx, actor, environmentId);
    const { customerId, deploymentId, driver, serviceId, remoteId } = before;
    await tx.environment
      .update({ where: { id: environmentId }, data: { name }, select: { id: true } })
      .catch(taken);
    await recordAudit(tx, actor, {
      action: "environment.change",
      ...target(environmentId, name, customerId, deploymentId),
      before: { name: before.name },
      after: { name },
    });
    if (!remoteId || driver === "workos") return null;
    const errand = {
      kind: "environment.rename",
      customerId,
      deploymentId,
      environmentId,
      targetId: environmentId,
    };
    return await writeOperation(tx, actor, { ...errand, input: { driver, serviceId, remoteId, name } });
  });
  return operationId
    ? await carryOutOrTakeBack(environmentOperations, operationId)
    : { state: "done", targetId: environmentId };
}

/** Asks the environment whether it answers and takes our key, and writes down what it said. */
export async function checkEnvironment(actor: Actor, { environmentId }: EnvironmentRefInput): Promise<void> {
  actor.must("environment.change");
  const { deploymentId } = await inScope(actor, (tx) => requireEnvironment(tx, actor, environmentId));
  try {
    const { issuer, checkedAt } = await (await driverOf(environmentId)).check();
    await inScope(actor, async (tx) => {
      const data = { state: "active", stateReason: "", issuer, lastCheckedAt: checkedAt } as const;
      await tx.environment.update({ where: { id: environmentId }, data, select: { id: true } });
      await tx.deployment.update({
        where: { id: deploymentId },
        data: { lastHeardAt: checkedAt },
        select: { id: true },
      });
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === "conflict") throw error;
    const data = { state: "failing", stateReason: error.message, lastCheckedAt: new Date() } as const;
    await inScope(actor, (tx) => tx.environment.updateMany({ where: { id: environmentId }, data }));
    throw error;
  }
}

/** Removes an environment and everything in it. One that was adopted is only forgotten here: WorkOS keeps it. */
export async function removeEnvironment(actor: Actor, input: RemoveEnvironmentInput): Promise<Carried> {
  actor.must("environment.remove");
  const { environmentId } = input;
  const operationId = await inScope(actor, async (tx) => {
    const found = await requireEnvironment(tx, actor, environmentId);
    const { customerId, deploymentId, driver, serviceId, remoteId, name } = found;
    if (input.confirm !== name)
      throw new AppError("invalid", "Type the name of the environment to remove it.", {
        confirm: "This is not its name.",
      });
    await recordAudit(tx, actor, {
      action: "environment.remove",
      ...target(environmentId, name, customerId, deploymentId),
      before: { driver, kind: found.kind, clientId: found.clientId },
    });
    if (!remoteId) {
      await tx.environment.delete({ where: { id: environmentId }, select: { id: true } });
      return null;
    }
    await tx.environment.update({
      where: { id: environmentId },
      data: { state: "removed" },
      select: { id: true },
    });
    const errand = {
      kind: "environment.remove",
      customerId,
      deploymentId,
      environmentId,
      targetId: environmentId,
    };
    return await writeOperation(tx, actor, { ...errand, input: { driver, serviceId, remoteId } });
  });
  return operationId
    ? await carryOutOrTakeBack(environmentOperations, operationId)
    : { state: "done", targetId: environmentId };
}

async function requireDeployment(tx: Tx, actor: Actor, id: string, driver: "offline" | "workos") {
  const where = { id, archivedAt: null, ...visibleTo(actor) };
  const found = await tx.deployment.findFirst({ where, select: { customerId: true, mode: true } });
  if (!found) throw declined("not_found", "no_such_deployment");
  if (!driversFor(found.mode).includes(driver))
    throw new AppError(
      "invalid",
      "An air-gapped deployment cannot reach WorkOS. Use an offline identity service.",
    );
  return found;
}

async function requireService(tx: Tx, id: string, customerId: string): Promise<void> {
  const where = { id, OR: [{ customerId: null }, { customerId }] };
  if (!(await tx.identityService.findFirst({ where, select: { id: true } })))
    throw new AppError("not_found", "There is no such identity service.");
}

/** Says what is taken without saying by whom: it may be another customer's. */
function taken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  const columns = JSON.stringify((error as { meta?: unknown }).meta ?? "");
  if (/fingerprint/i.test(columns))
    throw refused("key", "This key is in use already. Every deployment needs an environment of its own.");
  if (/client_?id/i.test(columns))
    throw refused(
      "clientId",
      "This client id is in use already. Every deployment needs an environment of its own.",
    );
  throw refused("name", "This deployment has an environment of this name already.");
}

function refused(field: string, message: string): AppError {
  return new AppError("conflict", message, { [field]: message });
}

function target(targetId: string, targetName: string, customerId: string, deploymentId: string) {
  return { targetType: "environment", targetId, targetName, customerId, deploymentId };
}

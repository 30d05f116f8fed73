import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Action } from "#lib/access/permissions.ts";
import { askFor } from "#lib/audit/asked.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { type DirectoryRef, requireDirectory } from "#lib/directories/require.ts";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import type { RolePlanner } from "#lib/drivers/directory-content-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { carryOutFor, standing } from "#lib/platform/attended.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Carried, type Errand, writeOperation } from "#lib/platform/outbox.ts";
import { directoryRoleOperations } from "./operations.ts";
import type { ActivateRolesInput, DraftRolesInput, RolesRefInput } from "./schema.ts";

/** Prepares which groups give which roles, to be looked at. Nobody's role changes. */
export async function draftRoles(actor: Actor, { directoryId, mappings }: DraftRolesInput): Promise<void> {
  await prepare(actor, directoryId, { mappings: mappings.length }, (roles) =>
    roles.draft(directoryId, mappings),
  );
}

export async function discardRoles(actor: Actor, { directoryId }: RolesRefInput): Promise<void> {
  await prepare(actor, directoryId, { discarded: true }, (roles) => roles.discard(directoryId));
}

/** Switches on the roles that were looked at. */
export async function activateRoles(
  actor: Actor,
  { directoryId, version }: ActivateRolesInput,
): Promise<Carried> {
  return await enforce(actor, "directory.activate_roles", directoryId, { version });
}

/** Puts back which groups gave which roles before. */
export async function returnRoles(actor: Actor, { directoryId }: RolesRefInput): Promise<Carried> {
  return await enforce(actor, "directory.return_roles", directoryId, {});
}

/** Checks, finds whom to tell, and tells: what was asked for and what came of it is on record. */
async function prepare(
  actor: Actor,
  directoryId: string,
  detail: Record<string, number | boolean>,
  work: (roles: RolePlanner) => Promise<unknown>,
): Promise<void> {
  const action = "directory.draft_roles";
  actor.must(action);
  const found = await inScope(actor, (tx) => requireDirectory(tx, actor, directoryId));
  const { directories } = await driverOf(found.environmentId);
  if (!directories) throw elsewhere(whyNot("workos", "map_directory_roles"));
  await askFor(actor, { action, ...targetOf(found), detail }, () => work(directories.roles));
}

async function enforce(
  actor: Actor,
  action: Extract<Action, "directory.activate_roles" | "directory.return_roles">,
  directoryId: string,
  input: Errand["input"],
): Promise<Carried> {
  actor.must(action);
  const { attended, detail } = standing(actor);
  const { operationId, asked } = await inScope(actor, async (tx) => {
    const found = await requireDirectory(tx, actor, directoryId);
    await requirePlanner(tx, found);
    const asked = { action, ...targetOf(found), detail: { ...(input as Record<string, number>), ...detail } };
    await recordAudit(tx, actor, asked);
    const { customerId, deploymentId, environmentId } = found;
    const where = { customerId, deploymentId, environmentId, targetId: directoryId };
    return {
      operationId: await writeOperation(tx, actor, { kind: action, ...where, attended, input }),
      asked,
    };
  });
  return await carryOutFor(actor, directoryRoleOperations, operationId, asked);
}

async function requirePlanner(tx: Tx, { environmentId }: DirectoryRef): Promise<void> {
  const environment = await tx.environment.findUniqueOrThrow({
    where: { id: environmentId },
    select: { driver: true },
  });
  const obstacle = whyNot(environment.driver, "map_directory_roles");
  if (obstacle) throw elsewhere(obstacle);
}

function targetOf({ id, name, customerId, deploymentId }: DirectoryRef) {
  return { targetType: "directory", targetId: id, targetName: name, customerId, deploymentId };
}

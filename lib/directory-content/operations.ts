import "server-only";
import { z } from "zod";
import type { RolePlanner } from "#lib/drivers/directory-content-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { type OperationKinds, operationKind, type Task } from "#lib/platform/outbox.ts";
import { declined } from "#lib/shared/refusals.ts";

/** What the roles of directories want done outside. */
export const directoryRoleOperations: OperationKinds = {
  "directory.activate_roles": operationKind(
    z.object({ version: z.number() }),
    async (operation, { version }) => {
      const roles = await plannerOf(operation);
      await roles.activate(operation.targetId, version, onceOf(operation));
      return { settle: async () => undefined };
    },
  ),

  "directory.return_roles": operationKind(z.object({}), async (operation) => {
    const roles = await plannerOf(operation);
    await roles.goBack(operation.targetId, onceOf(operation));
    return { settle: async () => undefined };
  }),
};

async function plannerOf({ environmentId }: Task): Promise<RolePlanner> {
  const { directories } = await driverOf(environmentId ?? "");
  if (directories) return directories.roles;
  throw declined("invalid", "roles_in_workos");
}

function onceOf({ id, attempts }: Task) {
  return { key: id, again: attempts > 1 };
}

import "server-only";
import { z } from "zod";
import { LdapServer, makeOrganization } from "#lib/connections/operations.ts";
import type { DirectoryMaker } from "#lib/drivers/directory-port.ts";
import type { IdentityDriver } from "#lib/drivers/port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { goneIsGone } from "#lib/environments/operations.ts";
import { type OperationKinds, operationKind, type Task } from "#lib/platform/outbox.ts";
import { declined } from "#lib/shared/refusals.ts";
import { mirrorDirectory } from "./mirror.ts";

const Options = z.object({ deactivated: z.enum(["delete", "keep"]), provisioning: z.boolean() });

/** As it is written down: its password is sealed beside it. */
const Source = LdapServer.extend({ groupFilter: z.string().optional(), intervalMinutes: z.number() });

const Draft = z.object({
  organization: z.union([z.object({ id: z.string() }), z.object({ name: z.string() })]),
  type: z.string(),
  name: z.string(),
  options: Options,
  ldap: Source.optional(),
});
export type DirectoryPlan = z.infer<typeof Draft>;

/** What directories want done outside. */
export const directoryOperations: OperationKinds = {
  "directory.create": operationKind(
    Draft,
    async (operation, { organization: wanted, ldap, ...draft }, secret) => {
      const driver = await driverOf(operation.environmentId ?? "");
      const maker = makerOf(driver);
      const organizationId =
        "id" in wanted ? wanted.id : await makeOrganization(driver, operation, wanted.name, []);
      const once = { key: operation.id, again: operation.attempts > 1 };
      const { directory, token } = await maker.create(
        { ...draft, organizationId, ...(ldap ? { ldap: { ...ldap, bindPassword: secret } } : {}) },
        once,
      );
      const name = "name" in wanted ? wanted.name : await nameOf(driver, organizationId);
      return {
        targetId: directory.id,
        ...(token === null ? {} : { reveal: token }),
        settle: (tx) => mirrorDirectory(tx, placeOf(operation), directory, name, new Date()),
      };
    },
  ),

  "directory.change": operationKind(
    z.object({ name: z.string().optional(), options: Options.optional(), ldap: Source.optional() }),
    async (operation, { ldap, ...change }, secret) => {
      const maker = makerOf(await driverOf(operation.environmentId ?? ""));
      const bound = ldap ? { ldap: { ...ldap, bindPassword: secret || undefined } } : {};
      const changed = await maker.change(operation.targetId, { ...change, ...bound });
      return { settle: (tx) => mirrorDirectory(tx, placeOf(operation), changed, null, new Date()) };
    },
  ),

  "directory.rotate_token": operationKind(
    z.object({ overlapHours: z.number() }),
    async (operation, { overlapHours }) => {
      const maker = makerOf(await driverOf(operation.environmentId ?? ""));
      const once = { key: operation.id, again: operation.attempts > 1 };
      const reveal = await maker.rotateToken(operation.targetId, overlapHours, once);
      return { reveal, settle: async () => undefined };
    },
  ),

  "directory.remove": operationKind(z.object({}), async ({ targetId, environmentId }) => {
    await (await driverOf(environmentId ?? "")).removeDirectory(targetId).catch(goneIsGone);
    return { settle: async (tx) => void (await tx.directory.deleteMany({ where: { id: targetId } })) };
  }),
};

/** What an organization is called that was chosen by its id; null where it cannot be told just now. */
async function nameOf(driver: IdentityDriver, organizationId: string): Promise<string | null> {
  const organizations = await driver.listOrganizations("");
  return organizations.find(({ id }) => id === organizationId)?.name ?? null;
}

function makerOf({ directories }: IdentityDriver): DirectoryMaker {
  if (directories) return directories;
  throw declined("invalid", "directories_by_link");
}

function placeOf({ customerId, deploymentId, environmentId }: Task) {
  return { customerId, deploymentId: deploymentId ?? "", environmentId: environmentId ?? "" };
}

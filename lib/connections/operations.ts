import "server-only";
import { z } from "zod";
import { mirrorDomain } from "#lib/domains/mirror.ts";
import type { ConnectionMaker, IdentityDriver } from "#lib/drivers/port.ts";
import type { MetadataReading } from "#lib/drivers/reading-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { goneIsGone } from "#lib/environments/operations.ts";
import { type OperationKinds, operationKind, type Task } from "#lib/platform/outbox.ts";
import { declined, declinedField } from "#lib/shared/refusals.ts";
import { type MirrorPlace, mirror } from "./mirror.ts";

const Saml = z.object({
  metadata: z.union([z.object({ xml: z.string() }), z.object({ url: z.string() })]).optional(),
  metadataUrl: z.string().optional(),
  entityId: z.string().optional(),
  signInUrl: z.string().optional(),
  certificates: z.array(z.string()).optional(),
  signRequests: z.boolean().optional(),
  idpInitiated: z.boolean().optional(),
});

export const Mapping = z.object({
  attributes: z.partialRecord(
    z.enum(["idpId", "email", "firstName", "lastName", "name", "groups"]),
    z.string(),
  ),
  customAttributes: z.record(z.string(), z.string()),
  roles: z.array(z.object({ group: z.string(), role: z.string() })),
});

/** As it is written down: its password is sealed beside it. */
export const LdapServer = z.object({
  kind: z.enum(["standard", "active_directory"]),
  servers: z.array(z.string()),
  caCertificates: z.string().optional(),
  bindDn: z.string(),
  baseDn: z.string(),
  groupBaseDn: z.string().optional(),
  userFilter: z.string().optional(),
});

export const Ldap = LdapServer.extend({
  mode: z.enum(["search", "direct"]).default("search"),
  bindTemplate: z.string().optional(),
  groups: z.enum(["none", "member_of", "search", "matching_rule"]).default("member_of"),
  nestedGroups: z.boolean().default(true),
});

const Draft = z.object({
  organization: z.union([z.object({ id: z.string() }), z.object({ name: z.string() })]),
  type: z.string(),
  name: z.string(),
  domains: z.array(z.string()),
  by: z.string().optional(),
  saml: Saml.optional(),
  oidc: z.object({ issuer: z.string(), clientId: z.string() }).optional(),
  ldap: Ldap.optional(),
});
export type ConnectionPlan = z.input<typeof Draft>;

/** What connections want done outside. */
export const connectionOperations: OperationKinds = {
  "connection.create": operationKind(Draft, async (operation, draft, secret) => {
    const driver = await driverOf(operation.environmentId ?? "");
    const maker = makerOf(driver);
    // Bad metadata is refused before an organization is made for it.
    if (draft.saml?.metadata) requireProvider(await maker.inspect(draft.saml.metadata));
    const { organization: wanted, oidc, ldap, ...rest } = draft;
    const organizationId =
      "id" in wanted ? wanted.id : await makeOrganization(driver, operation, wanted.name, draft.domains);
    const whole = {
      ...rest,
      organizationId,
      ...(oidc ? { oidc: { ...oidc, clientSecret: secret } } : {}),
      ...(ldap ? { ldap: { ...ldap, bindPassword: secret || undefined } } : {}),
    };
    const made = await maker.create(whole, { key: operation.id, again: operation.attempts > 1 });
    const name = "name" in wanted ? wanted.name : null;
    // An organization that is made with domains has them from then on: the list of domains shows them at once, too.
    const told = name !== null && draft.domains.length > 0 ? await driver.domains.listOf(organizationId) : [];
    return {
      targetId: made.id,
      settle: async (tx) => {
        await mirror(tx, placeOf(operation), made, name, new Date());
        for (const domain of told) await mirrorDomain(tx, placeOf(operation), domain, new Date());
      },
    };
  }),

  "connection.change": operationKind(
    z.object({
      state: z.enum(["active", "inactive"]).optional(),
      certificates: z.array(z.string()).optional(),
      name: z.string().optional(),
      domains: z.array(z.string()).optional(),
      mapping: Mapping.optional(),
      ldap: Ldap.optional(),
      by: z.string().optional(),
      reason: z.string().optional(),
    }),
    async (operation, { certificates, ldap, ...change }, secret) => {
      const maker = makerOf(await driverOf(operation.environmentId ?? ""));
      const saml = certificates ? { saml: { certificates } } : {};
      const bound = ldap ? { ldap: { ...ldap, bindPassword: secret || undefined } } : {};
      const changed = await maker.change(operation.targetId, { ...change, ...saml, ...bound });
      return { settle: (tx) => mirror(tx, placeOf(operation), changed, null, new Date()) };
    },
  ),

  "connection.remove": operationKind(z.object({}), async ({ targetId, environmentId }) => {
    await (await driverOf(environmentId ?? "")).removeConnection(targetId).catch(goneIsGone);
    return { settle: async (tx) => void (await tx.connection.deleteMany({ where: { id: targetId } })) };
  }),
};

/** Makes an organization for what is made in it; once, however often the operation is tried. */
export async function makeOrganization(
  driver: IdentityDriver,
  { id, attempts }: Task,
  name: string,
  domains: string[],
) {
  const again = attempts > 1;
  // Two organizations of one name at one site are a mistake waiting to be made.
  if (
    !again &&
    (await driver.listOrganizations(name)).some((known) => known.name.toLowerCase() === name.toLowerCase())
  )
    throw declined(
      "conflict",
      "organization_known",
      {},
      { fields: { organizationName: "There is one of this name already. Choose it from the list." } },
    );
  return (await driver.createOrganization({ name, domains }, { key: `${id}-organization`, again })).id;
}

function requireProvider({ providers, findings: [finding] }: MetadataReading): void {
  if (providers.length > 0) return;
  if (!finding) throw declinedField("metadataXml", "invalid", "metadata_unusable");
  const { message, mend } = finding;
  throw declinedField("metadataXml", "invalid", "metadata_finding", { message, mend });
}

function makerOf({ connections }: IdentityDriver): ConnectionMaker {
  if (connections) return connections;
  throw declined("invalid", "connections_by_link");
}

function placeOf({ customerId, deploymentId, environmentId }: Task): MirrorPlace {
  return { customerId, deploymentId: deploymentId ?? "", environmentId: environmentId ?? "" };
}

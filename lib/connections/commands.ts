import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import type { Action } from "#lib/access/permissions.ts";
import { askFor } from "#lib/audit/asked.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import type { ConnectionMaker, SignInTrace } from "#lib/drivers/port.ts";
import type { IssuerReading, MetadataReading } from "#lib/drivers/reading-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { carryOutFor, standing } from "#lib/platform/attended.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Carried, carryOutOrTakeBack, type Errand, writeOperation } from "#lib/platform/outbox.ts";
import { revisionOperations } from "#lib/revisions/operations.ts";
import { newId } from "#lib/shared/ids.ts";
import { ldapFacts } from "#lib/shared/ldap-input.ts";
import { declined } from "#lib/shared/refusals.ts";
import { type ConnectionPlan, connectionOperations } from "./operations.ts";
import type {
  ChangeLdapInput,
  ChangeMappingInput,
  ChangeStateInput,
  ConnectionRefInput,
  CreateConnectionInput,
  IssuerInput,
  MetadataInput,
  ReadTestInput,
  RemoveConnectionInput,
  ReplaceCertificatesInput,
  SetupLinkInput,
} from "./schema.ts";

/** Says what a metadata document means, before anything is kept. */
export async function inspectMetadata(actor: Actor, input: MetadataInput): Promise<MetadataReading> {
  const maker = await inspector(actor, input.environmentId);
  switch (input.source) {
    case "file":
      return await maker.inspect({ base64: input.fileBase64 });
    case "text":
      return await maker.inspect({ xml: input.metadataXml });
    case "url":
      return await maker.inspect({ url: input.metadataUrl });
  }
}

/** Says what an OpenID provider tells of itself, before anything is kept. */
export async function inspectIssuer(actor: Actor, input: IssuerInput): Promise<IssuerReading> {
  return await (await inspector(actor, input.environmentId)).inspectIssuer(input.issuer);
}

async function inspector(actor: Actor, environmentId: string): Promise<ConnectionMaker> {
  actor.must("connection.create");
  await inScope(actor, (tx) => requireEnvironment(tx, actor, environmentId));
  const { connections } = await driverOf(environmentId);
  if (!connections) throw elsewhere(whyNot("workos", "create_connections"));
  return connections;
}

/** Has a connection made, and the organization it belongs to where that is new. It starts as a draft. */
export async function createConnection(actor: Actor, input: CreateConnectionInput): Promise<Carried> {
  actor.must("connection.create");
  const { environmentId, name } = input;
  const { attended, detail } = standing(actor);
  const { operationId, asked } = await inScope(actor, async (tx) => {
    const { customerId, deploymentId, driver } = await requireEnvironment(tx, actor, environmentId);
    const obstacle = whyNot(driver, "create_connections");
    if (obstacle) throw elsewhere(obstacle);
    const operationId = await writeOperation(tx, actor, {
      kind: "connection.create",
      ...{ customerId, deploymentId, environmentId, attended, targetId: newId("draft") },
      input: { ...planOf(input), by: actor.name },
      ...(input.source === "oidc" ? { secret: input.clientSecret } : {}),
      ...(input.source === "ldap" && input.bindPassword ? { secret: input.bindPassword } : {}),
    });
    const asked = {
      action: "connection.create",
      ...{ targetType: "connection", targetId: operationId, targetName: name },
      ...{ customerId, deploymentId, detail },
      after: { name, type: input.type, source: input.source, domains: input.domains },
    } as const;
    await recordAudit(tx, actor, asked);
    return { operationId, asked };
  });
  return await carryOutFor(actor, connectionOperations, operationId, asked);
}

/** Lets people sign in through a connection, or stops that. */
export async function changeConnectionState(
  actor: Actor,
  { connectionId, state }: ChangeStateInput,
): Promise<Carried> {
  return await change(actor, "connection.change", connectionId, (found) => ({
    input: { state, by: actor.name },
    before: { state: found.state },
    after: { state },
  }));
}

/** Trusts these certificates, and no others: once the draft is active, or at once. */
export async function replaceCertificates(actor: Actor, input: ReplaceCertificatesInput): Promise<Carried> {
  const { certificates } = input;
  return await edit(actor, input, () => ({
    input: { certificates },
    after: { certificates: certificates.length },
  }));
}

/** Names a connection anew, at once; and says what is taken from its provider, once the draft is active or at once. */
export async function changeMapping(actor: Actor, input: ChangeMappingInput): Promise<Carried> {
  const { connectionId: _id, when: _when, reason: _reason, ...said } = input;
  const { name, domains, customAttributes, roles, fullName, ...rest } = said;
  const sources = Object.entries({ ...rest, name: fullName });
  const attributes = Object.fromEntries(sources.filter(([, source]) => source !== undefined));
  const mapping = {
    attributes: attributes as Record<string, string>,
    customAttributes: Object.fromEntries(customAttributes.map(({ from, to }) => [from, to])),
    roles: roles.map(({ from, to }) => ({ group: from, role: to })),
  };
  return await edit(actor, input, (found) => ({
    input: { name, domains, mapping },
    before: { name: found.name, domains: found.domains.join(", ") },
    after: { name, domains: domains.join(", "), mapping: JSON.stringify(mapping) },
  }));
}

/** Says how the servers of an LDAP connection are reached, once the draft is active or at once. */
export async function changeLdap(actor: Actor, input: ChangeLdapInput): Promise<Carried> {
  const { connectionId: _id, when: _when, reason: _reason, bindPassword, ...ldap } = input;
  return await edit(actor, input, () => ({
    input: { ldap },
    ...(bindPassword ? { secret: bindPassword } : {}),
    after: { ...ldapFacts(ldap), passwordReplaced: bindPassword ? "yes" : "no" },
  }));
}

/** Deletes a connection at its environment. Nobody signs in through it any more. */
export async function removeConnection(
  actor: Actor,
  { connectionId, confirm }: RemoveConnectionInput,
): Promise<Carried> {
  return await change(actor, "connection.remove", connectionId, (found) => {
    if (confirm !== found.name)
      throw declined("invalid", "retype_connection", {}, { fields: { confirm: "This is not its name." } });
    return { input: {}, before: { type: found.type, state: found.state } };
  });
}

export interface TestStarted {
  testId: string;
  url: string;
}

/** Starts a sign-in that changes nothing and writes down every check. The person opens its URL in a new window. */
export async function startTest(actor: Actor, { connectionId }: ConnectionRefInput): Promise<TestStarted> {
  actor.must("connection.test");
  const found = await inScope(actor, (tx) => requireConnection(tx, actor, connectionId));
  const { connections } = await driverOf(found.environmentId);
  if (!connections) throw elsewhere(whyNot("workos", "test_connections"));
  const asked = { action: "connection.test", ...target(found) } as const;
  const { id, url } = await askFor(actor, asked, () => connections.startTest(connectionId));
  return { testId: id, url: url.href };
}

/** How far a test has come. */
export async function readTest(actor: Actor, { connectionId, testId }: ReadTestInput): Promise<SignInTrace> {
  actor.must("connection.test");
  const { environmentId } = await inScope(actor, (tx) => requireConnection(tx, actor, connectionId));
  const { connections } = await driverOf(environmentId);
  if (!connections) throw elsewhere(whyNot("workos", "test_connections"));
  return await connections.readTest(connectionId, testId);
}

/** A link with which the customer's own people connect their identity provider. It is not kept here. */
export async function createSetupLink(actor: Actor, input: SetupLinkInput): Promise<{ url: string }> {
  const { environmentId, organizationId, organizationName, purpose } = input;
  const action = `${purpose}.create` as const;
  actor.must(action);
  const { name } = await inScope(actor, async (tx) => {
    const { customerId, deploymentId, ...found } = await requireEnvironment(tx, actor, environmentId);
    await recordAudit(tx, actor, {
      action,
      ...{
        targetType: "environment",
        targetId: environmentId,
        targetName: found.name,
        customerId,
        deploymentId,
      },
      detail: { setupLink: true, organization: organizationName ?? organizationId },
    });
    return { name: organizationName ?? "" };
  });
  const driver = await driverOf(environmentId);
  const once = { key: newId("op"), again: false };
  const id =
    organizationId === "new"
      ? (await driver.createOrganization({ name, domains: [] }, once)).id
      : organizationId;
  return { url: (await driver.createSetupLink(id, purpose)).href };
}

type Found = Awaited<ReturnType<typeof requireConnection>>;
interface Plan {
  input: Errand["input"];
  secret?: string;
  before?: Record<string, string>;
  after?: Record<string, string | number>;
}

interface Edited {
  connectionId: string;
  when: "draft" | "now";
  reason: string | null;
}

/** Changes what sign-ins go by: in a draft, to be tested first, or at once and for a reason. */
async function edit(
  actor: Actor,
  { connectionId, when, reason }: Edited,
  planned: (found: Found) => Plan,
): Promise<Carried> {
  const plan = (found: Found): Plan => {
    const { input, after, ...rest } = planned(found);
    const why: Record<string, string> = reason ? { reason } : {};
    return { ...rest, input: { ...input, ...why, by: actor.name }, after: { ...after, ...why } };
  };
  if (when === "now") return await change(actor, "connection.change", connectionId, plan);
  return await change(actor, "connection.draft", connectionId, plan);
}

async function change(
  actor: Actor,
  action: Extract<Action, "connection.change" | "connection.draft" | "connection.remove">,
  connectionId: string,
  plan: (found: Found) => Plan,
): Promise<Carried> {
  actor.must(action);
  const operationId = await inScope(actor, async (tx) => {
    const found = await requireConnection(tx, actor, connectionId);
    const { input, secret, ...difference } = plan(found);
    await recordAudit(tx, actor, { action, ...target(found), ...difference });
    const { customerId, deploymentId, environmentId } = found;
    const where = { customerId, deploymentId, environmentId, targetId: connectionId };
    return await writeOperation(tx, actor, {
      kind: action,
      ...where,
      input,
      ...(secret === undefined ? {} : { secret }),
    });
  });
  return await carryOutOrTakeBack({ ...connectionOperations, ...revisionOperations }, operationId);
}

async function requireConnection(tx: Tx, actor: Actor, id: string) {
  const found = await tx.connection.findFirst({
    where: { id, ...visibleTo(actor) },
    select: {
      id: true,
      name: true,
      type: true,
      state: true,
      domains: true,
      customerId: true,
      deploymentId: true,
      environmentId: true,
    },
  });
  if (!found) throw declined("not_found", "no_such_connection");
  return found;
}

function planOf(input: CreateConnectionInput): ConnectionPlan {
  const { organizationId, organizationName = "", type, name, domains } = input;
  const organization = organizationId === "new" ? { name: organizationName } : { id: organizationId };
  const plan = { organization, type, name, domains };
  if (input.source === "later") return plan;
  if (input.source === "oidc") return { ...plan, oidc: { issuer: input.issuer, clientId: input.clientId } };
  if (input.source === "ldap") {
    const { servers, caCertificates, bindDn, baseDn, groupBaseDn, userFilter } = input;
    const { mode, bindTemplate, groups, nestedGroups } = input;
    const kind = type === "ActiveDirectory" ? "active_directory" : "standard";
    const server = { kind, servers, caCertificates, bindDn, baseDn, groupBaseDn, userFilter } as const;
    return { ...plan, ldap: { ...server, mode, bindTemplate, groups, nestedGroups } };
  }
  const options = { signRequests: input.signRequests === "on", idpInitiated: input.idpInitiated === "on" };
  if (input.source === "metadata") {
    const { metadataXml, metadataUrl, entityId } = input;
    return { ...plan, saml: { ...options, metadata: { xml: metadataXml }, metadataUrl, entityId } };
  }
  const { entityId, signInUrl, certificates } = input;
  return { ...plan, saml: { ...options, entityId, signInUrl, certificates } };
}

function target({ id, name, customerId, deploymentId }: Found) {
  return { targetType: "connection", targetId: id, targetName: name, customerId, deploymentId };
}

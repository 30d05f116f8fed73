import "server-only";
import { createConnection, inspectIssuer, inspectMetadata } from "#lib/connections/commands.ts";
import { CreateConnectionInput } from "#lib/connections/schema.ts";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { IssuerReading, MetadataReading } from "#lib/drivers/reading-port.ts";
import { getGuide } from "#lib/guides/library.ts";
import { inScope } from "#lib/platform/db.ts";
import { markStep } from "#lib/portal/mark-step.ts";
import { mustBeDone } from "#lib/portal/refusals.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";
import { saveDraft, waitingRevision } from "./draft.ts";
import { stepOf } from "./policy.ts";
import { makerOf, requireOwnConnection, requirePurpose } from "./require.ts";
import type {
  BeginInput,
  ConnectionInput,
  InspectIssuerInput,
  InspectMetadataInput,
  MappingInput,
  ProviderInput,
  TestInput,
} from "./schema.ts";

/**
 * Begins a connection for a provider: it is made at once, because the values that are copied into the provider are its own. What
 * was begun and never switched on is gone on with, for whichever provider it is then: nobody piles up halves.
 */
export async function beginConnection(
  setup: Setup,
  { guideId }: BeginInput,
): Promise<{ connectionId: string }> {
  requirePurpose(setup, "sso");
  const guide = await getGuide(guideId, "en");
  if (!guide?.connectionType || guide.protocol === "ldap") throw declined("not_found", "no_such_guide");
  const begun = await findBegun(setup);
  const connectionId = begun ?? (await make(setup, guide.connectionType));
  if (begun) await saveDraft(setup, begun, { type: guide.connectionType });
  await inScope(setup.actor, (tx) =>
    tx.connection.update({ where: { id: connectionId }, data: { guideId }, select: { id: true } }),
  );
  await markStep(setup, "sign_in.provider");
  return { connectionId };
}

async function findBegun({ actor, environmentId, organizationId }: Setup): Promise<string | null> {
  const found = await inScope(actor, (tx) =>
    tx.connection.findFirst({
      where: { environmentId, organizationId, state: "draft", guideId: { not: null } },
      orderBy: { createdAt: "desc" },
      select: { id: true },
    }),
  );
  return found?.id ?? null;
}

async function make(setup: Setup, type: string): Promise<string> {
  const { actor, environmentId, organizationId, organizationName } = setup;
  const name = `${organizationName} SSO`.slice(0, 120);
  const input = { source: "later", environmentId, organizationId, name, type };
  const made = await createConnection(actor, CreateConnectionInput.parse(input));
  mustBeDone(made);
  return made.targetId;
}

/** Says what metadata mean, before anything is kept. */
export async function inspectProvider(setup: Setup, input: InspectMetadataInput): Promise<MetadataReading> {
  requirePurpose(setup, "sso", "certificate_renewal");
  return await inspectMetadata(setup.actor, { ...input, environmentId: setup.environmentId });
}

/** Says what an issuer tells of itself, before anything is kept. */
export async function inspectProviderIssuer(
  setup: Setup,
  { issuer }: InspectIssuerInput,
): Promise<IssuerReading> {
  requirePurpose(setup, "sso");
  return await inspectIssuer(setup.actor, { issuer, environmentId: setup.environmentId });
}

/** Keeps what the provider says of itself, in a draft. */
export async function saveProvider(setup: Setup, input: ProviderInput): Promise<void> {
  requirePurpose(setup, "sso");
  await requireOwnConnection(setup, input.connectionId);
  await saveDraft(setup, input.connectionId, providerChange(input));
  await markStep(setup, "sign_in.metadata");
}

function providerChange(input: ProviderInput) {
  switch (input.source) {
    case "oidc":
      return { oidc: { issuer: input.issuer, clientId: input.clientId, clientSecret: input.clientSecret } };
    case "fields": {
      const { entityId, signInUrl, certificates } = input;
      return { saml: { entityId, signInUrl, certificates } };
    }
    case "metadata": {
      const { metadataXml: xml, metadataUrl, entityId } = input;
      return { saml: { metadata: { xml }, metadataUrl, entityId } };
    }
  }
}

/** Says what is taken from the provider, in a draft. */
export async function saveMapping(setup: Setup, input: MappingInput): Promise<void> {
  requirePurpose(setup, "sso");
  const { connectionId, roles, fullName, ...rest } = input;
  await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const { mapping: known } = await waitingRevision(maker, connectionId);
  const named = Object.entries({ ...rest, name: fullName }).filter(([, source]) => source !== undefined);
  const attributes = Object.fromEntries(named) as Record<string, string>;
  const mapping = { attributes, customAttributes: known.customAttributes, roles };
  await saveDraft(setup, connectionId, { mapping });
  await markStep(setup, "sign_in.mapping");
}

/** Remembers that the values were copied into the provider. */
export async function confirmValues(setup: Setup, { connectionId }: ConnectionInput): Promise<void> {
  requirePurpose(setup, "sso");
  await requireOwnConnection(setup, connectionId);
  await markStep(setup, "sign_in.values");
}

/** How far a test has come. A passed one is a step that is done. */
export async function readOwnTest(setup: Setup, { connectionId, testId }: TestInput): Promise<SignInTrace> {
  requirePurpose(setup, "sso", "certificate_renewal");
  setup.actor.must("connection.test");
  await requireOwnConnection(setup, connectionId);
  const trace = await (await makerOf(setup)).readTest(connectionId, testId);
  if (trace.state === "passed") await markStep(setup, stepOf(setup, "test"));
  return trace;
}

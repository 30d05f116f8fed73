import "server-only";
import { X509Certificate } from "node:crypto";
import type { ConnectionMaker } from "#lib/drivers/port.ts";
import { markStep } from "#lib/portal/mark-step.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { declined } from "#lib/shared/refusals.ts";
import { saveDraft } from "./draft.ts";
import { makerOf, requireOwnConnection, requirePurpose } from "./require.ts";
import type { RenewalInput } from "./schema.ts";

/**
 * Has a draft trust the new certificates, beside those in use or in their place. Nothing else is taken from new metadata: whoever
 * may renew a certificate may not have people sign in elsewhere.
 */
export async function renewCertificates(setup: Setup, input: RenewalInput): Promise<void> {
  requirePurpose(setup, "sso", "certificate_renewal");
  const { connectionId } = input;
  await requireOwnConnection(setup, connectionId);
  const maker = await makerOf(setup);
  const fresh = input.metadataXml
    ? await certificatesIn(maker, connectionId, input.metadataXml)
    : input.certificates.map(readable);
  const kept = input.keep ? await certificatesOf(maker, connectionId) : [];
  // The new ones first: of more than the service takes, the oldest are left out.
  const certificates = [...new Set([...fresh, ...kept])].slice(0, CERTIFICATES_MAX);
  await saveDraft(setup, connectionId, { saml: { certificates } });
  if (!setup.purposes.includes("sso")) await markStep(setup, "certificate.given");
}

const CERTIFICATES_MAX = 10;

async function certificatesIn(maker: ConnectionMaker, connectionId: string, xml: string): Promise<string[]> {
  const { providers } = await maker.inspect({ xml });
  if (providers.length === 0)
    throw declined("invalid", "metadata_unreadable", {}, { fields: { metadataXml: "unreadable" } });
  const inUse = await providerValue(maker, connectionId, "idp_entity_id");
  const provider = providers.find(({ entityId }) => entityId === inUse);
  if (!provider)
    throw declined("invalid", "metadata_of_another", { inUse }, { fields: { metadataXml: "otherProvider" } });
  return provider.certificates.filter(({ use }) => use !== "encryption").map(({ pem }) => pem.trim());
}

async function providerValue(maker: ConnectionMaker, connectionId: string, key: string): Promise<string> {
  const { provider } = await maker.describe(connectionId);
  return provider.find((fact) => fact.key === key)?.value ?? "";
}

async function certificatesOf(maker: ConnectionMaker, connectionId: string): Promise<string[]> {
  const { certificates } = await maker.describe(connectionId);
  return certificates.map(({ pem }) => pem.trim());
}

function readable(pem: string): string {
  try {
    return new X509Certificate(pem).toString().trim();
  } catch {
    throw declined("invalid", "no_certificate", {}, { fields: { certificates: "weak" } });
  }
}

import { randomBytes } from "node:crypto";
import { addressesOf } from "../connections/connection.ts";
import { SamlSettings } from "../connections/settings.ts";
import { protocolOf } from "../connections/types.ts";
import { listSigningKeys } from "../keys/signing-keys.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { findReturn } from "./context.ts";

/** GET /sso/saml/metadata/<external key>: what a customer's identity provider is given to know us by. */
export async function samlMetadata(service: Service, externalKey: string): Promise<string> {
  const { connection } = await findReturn(service, externalKey, null);
  if (protocolOf(connection) !== "saml")
    throw new WireError(404, { message: "There is no SAML connection at this address." });
  const settings = SamlSettings.parse(connection.saml ?? {});
  const addresses = addressesOf(service.env.baseUrl, externalKey);
  const keys = await listSigningKeys(service, connection.environment_id, "saml");
  const certificates = keys.map(({ certificate }) => certificate);
  const { buildSpMetadata } = await import("../saml/sp-metadata.ts");
  return buildSpMetadata({
    entityId: addresses.entity_id,
    acsUrl: addresses.acs_url,
    sloUrl: addresses.slo_url,
    signingCertificates: certificates,
    encryptionCertificates: certificates,
    signsRequests: settings.sign_requests,
    nameIdFormats: settings.name_id_format ? [settings.name_id_format] : [],
    validUntil: null,
    signing: null,
    id: `_${randomBytes(16).toString("hex")}`,
  });
}

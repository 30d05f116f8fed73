import { DSIG, METADATA, POST_BINDING, PROTOCOL, REDIRECT_BINDING } from "./names.ts";
import { envelopedSignature, x509Data } from "./sign.ts";
import type { SpMetadataInput } from "./types.ts";
import { element, text } from "./xml-text.ts";

/** The document that tells an identity provider about this service (SAML metadata 2.4.4). */
export function buildSpMetadata(input: SpMetadataInput): string {
  const unsigned = metadataXml(input, "");
  return input.signing ? metadataXml(input, envelopedSignature(unsigned, input.id, input.signing)) : unsigned;
}

function metadataXml(input: SpMetadataInput, signature: string): string {
  return element(
    "md:EntityDescriptor",
    {
      "xmlns:md": METADATA,
      ID: input.signing ? input.id : null,
      entityID: input.entityId,
      validUntil: input.validUntil?.toISOString() ?? null,
    },
    signature,
    element(
      "md:SPSSODescriptor",
      {
        AuthnRequestsSigned: String(input.signsRequests),
        WantAssertionsSigned: "true",
        protocolSupportEnumeration: PROTOCOL,
      },
      ...input.signingCertificates.map((certificate) => keyDescriptor("signing", certificate)),
      ...input.encryptionCertificates.map((certificate) => keyDescriptor("encryption", certificate)),
      // In the order that the schema wants: logout before name formats before consumer services.
      ...[REDIRECT_BINDING, POST_BINDING].map((Binding) =>
        element("md:SingleLogoutService", { Binding, Location: input.sloUrl }),
      ),
      ...input.nameIdFormats.map((format) => element("md:NameIDFormat", {}, text(format))),
      element("md:AssertionConsumerService", {
        Binding: POST_BINDING,
        Location: input.acsUrl,
        index: "0",
        isDefault: "true",
      }),
    ),
  );
}

function keyDescriptor(use: "signing" | "encryption", certificate: string): string {
  const keyInfo = element("ds:KeyInfo", { "xmlns:ds": DSIG }, x509Data(certificate));
  const methods = use === "encryption" ? ENCRYPTION_METHODS.map((Algorithm) => method(Algorithm)) : [];
  return element("md:KeyDescriptor", { use }, keyInfo, ...methods);
}

/** What we would rather be sent: authenticated encryption. Others are read too, see decrypt.ts. */
const ENCRYPTION_METHODS = [
  "http://www.w3.org/2009/xmlenc11#aes256-gcm",
  "http://www.w3.org/2009/xmlenc11#aes128-gcm",
  "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
];

function method(Algorithm: string): string {
  return element("md:EncryptionMethod", { Algorithm });
}

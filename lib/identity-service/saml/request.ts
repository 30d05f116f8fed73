import { carry } from "./bindings.ts";
import { ASSERTION, POST_BINDING, PROTOCOL } from "./names.ts";
import type { AuthnRequestInput, CarriedMessage } from "./types.ts";
import { element, text } from "./xml-text.ts";

/**
 * Asks an identity provider to sign somebody in (SAML core 3.4.1).
 * @throws SamlInputError when the provider's address is no web address.
 */
export function buildAuthnRequest(input: AuthnRequestInput): CarriedMessage {
  return carry({
    ...input,
    field: "SAMLRequest",
    write: (signature) => requestXml(input, signature),
  });
}

function requestXml(input: AuthnRequestInput, signature: string): string {
  return element(
    "samlp:AuthnRequest",
    {
      "xmlns:samlp": PROTOCOL,
      ID: input.id,
      Version: "2.0",
      IssueInstant: input.now.toISOString(),
      Destination: input.destination,
      ForceAuthn: input.forceAuthn ? "true" : null,
      ProtocolBinding: POST_BINDING,
      AssertionConsumerServiceURL: input.acsUrl,
    },
    element("saml:Issuer", { "xmlns:saml": ASSERTION }, text(input.spEntityId)),
    signature,
    element("samlp:NameIDPolicy", { AllowCreate: "true", Format: input.nameIdFormat }),
  );
}

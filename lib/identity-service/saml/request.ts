import { sign } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { ASSERTION, POST_BINDING, PROTOCOL, RSA_SHA256 } from "./names.ts";
import { envelopedSignature } from "./sign.ts";
import { type AuthnRequest, type AuthnRequestInput, SamlInputError, type SigningPair } from "./types.ts";
import { element, text } from "./xml-text.ts";

/** SAML bindings 3.4.3 and 3.5.3. */
const RELAY_STATE_BYTES_MAX = 80;

/**
 * Asks an identity provider to sign somebody in (SAML core 3.4.1).
 * @throws SamlInputError when the provider's address is no web address: a form would run `javascript:`.
 */
export function buildAuthnRequest(input: AuthnRequestInput): AuthnRequest {
  requireWebAddress(input.destination);
  if (Buffer.byteLength(input.relayState ?? "") > RELAY_STATE_BYTES_MAX) {
    throw new Error(`RelayState may have ${RELAY_STATE_BYTES_MAX} bytes.`);
  }
  return input.binding === "redirect" ? redirect(input) : post(input);
}

/** SAML bindings 3.4.4.1: the signature is beside the message, over the query as it is sent. */
function redirect(input: AuthnRequestInput): AuthnRequest {
  const xml = requestXml(input, "");
  const query = [
    ["SAMLRequest", deflateRawSync(xml).toString("base64")],
    ...(input.relayState === null ? [] : [["RelayState", input.relayState]]),
    ...(input.signing ? [["SigAlg", RSA_SHA256]] : []),
  ]
    .map(([name = "", value = ""]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const signed = input.signing
    ? `${query}&Signature=${encodeURIComponent(signatureOf(query, input.signing))}`
    : query;
  const [address = "", fragment] = input.destination.split("#");
  const separator = address.includes("?") ? "&" : "?";
  const url = `${address}${separator}${signed}${fragment === undefined ? "" : `#${fragment}`}`;
  return { binding: "redirect", url, xml };
}

/** SAML bindings 3.5.4: the signature is inside the message. */
function post(input: AuthnRequestInput): AuthnRequest {
  const unsigned = requestXml(input, "");
  const xml = input.signing
    ? requestXml(input, envelopedSignature(unsigned, input.id, input.signing))
    : unsigned;
  const fields = {
    SAMLRequest: Buffer.from(xml).toString("base64"),
    ...(input.relayState === null ? {} : { RelayState: input.relayState }),
  };
  return { binding: "post", action: input.destination, fields, xml };
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

function signatureOf(query: string, { privateKey }: SigningPair): string {
  return sign("sha256", Buffer.from(query), privateKey).toString("base64");
}

function requireWebAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new SamlInputError(
      `The identity provider's single sign-on address is not a web address: ${address}`,
    );
  }
}

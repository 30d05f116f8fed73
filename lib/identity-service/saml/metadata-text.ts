import { isUtf8 } from "node:buffer";
import { SamlInputError } from "./types.ts";

/**
 * The bytes of something that at least looks like XML. People upload what they have at hand: say what it is.
 * @throws SamlInputError
 */
export function requireMetadataText(given: string): Buffer {
  const text = given.replace(/^\uFEFF/, "").trim();
  if (text === "") throw new SamlInputError("The metadata is empty.");
  const known = KINDS.find(([pattern]) => pattern.test(text));
  if (known) throw new SamlInputError(known[1]);
  if (text.includes("\0") || text.includes("\uFFFD") || !isUtf8(Buffer.from(text))) {
    throw new SamlInputError("This is not a text file in UTF-8. Metadata is an XML file.");
  }
  if (!text.startsWith("<"))
    throw new SamlInputError("This is not XML. Metadata is an XML file that begins with <.");
  return Buffer.from(text);
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [
    /^-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    "This is a private key. Nobody but its owner should have it: do not send it on.",
  ],
  [
    /^-----BEGIN CERTIFICATE-----/,
    "This is a certificate, not metadata. Enter it as the signing certificate instead.",
  ],
  [
    /^\{[\s\S]*"(issuer|authorization_endpoint)"/,
    "This is an OpenID Connect discovery document, not SAML metadata. Make an OIDC connection with it.",
  ],
  [/^[{[]/, "This is JSON, not metadata. Metadata is an XML file."],
  [/^https?:\/\/\S+$/, "This is an address, not metadata. Enter it as the metadata address instead."],
  [/^(<!doctype html|<html)/i, "This is a web page, not metadata. Was a sign-in page saved?"],
  [/^(PK|%PDF-)/, "This is an archive or a document, not metadata. Metadata is an XML file."],
];

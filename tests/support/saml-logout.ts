import { createSign, randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { SigningPair } from "#lib/identity-service/saml/types.ts";
import { signed } from "./saml-attacks.ts";

/** Logout messages made by hand and signed by what shares no code with the service, as an identity provider sends them. */

const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";
const RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

export interface LogoutText {
  readonly id?: string;
  readonly issuer: string;
  readonly destination: string | null;
  readonly issuedAt: Date;
  readonly attributes?: string;
}

export function logoutRequestXml({
  nameId = "ada@example.com",
  subject = `<saml:NameID>${nameId}</saml:NameID>`,
  indexes = [],
  ...text
}: LogoutText & {
  readonly nameId?: string;
  readonly subject?: string;
  readonly indexes?: readonly string[];
}): string {
  const index = indexes.map((each) => `<samlp:SessionIndex>${each}</samlp:SessionIndex>`).join("");
  return message("LogoutRequest", text, subject + index);
}

export function logoutResponseXml({
  inResponseTo,
  status = "Success",
  ...text
}: LogoutText & { readonly inResponseTo: string; readonly status?: string }): string {
  const code = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"></samlp:StatusCode>`;
  const attributes = `${text.attributes ?? ""} InResponseTo="${inResponseTo}"`;
  return message("LogoutResponse", { ...text, attributes }, `<samlp:Status>${code}</samlp:Status>`);
}

function message(name: string, text: LogoutText, content: string): string {
  const { id = newMessageId(), issuer, destination, issuedAt, attributes = "" } = text;
  const to = destination === null ? "" : ` Destination="${destination}"`;
  return `<samlp:${name} xmlns:samlp="${PROTOCOL}" xmlns:saml="${ASSERTION}" ID="${id}" Version="2.0" IssueInstant="${issuedAt.toISOString()}"${to}${attributes}><saml:Issuer>${issuer}</saml:Issuer>${content}</samlp:${name}>`;
}

export function newMessageId(): string {
  return `_${randomBytes(16).toString("hex")}`;
}

export type Field = "SAMLRequest" | "SAMLResponse";

/** The query of a redirect; without a pair, unsigned. */
export function redirectQuery(
  field: Field,
  xml: string | Buffer,
  pair: SigningPair | null,
  {
    relayState = "",
    algorithm = RSA_SHA256,
    hash = "sha256",
    encode = (text: string) => encodeURIComponent(text),
  } = {},
): string {
  const relay = relayState === "" ? "" : `&RelayState=${encode(relayState)}`;
  const packed = deflateRawSync(xml).toString("base64");
  const query = `${field}=${encode(packed)}${relay}`;
  if (!pair) return query;
  const text = `${query}&SigAlg=${encode(algorithm)}`;
  const signature = createSign(hash).update(text).sign(pair.privateKey, "base64");
  return `${text}&Signature=${encode(signature)}`;
}

/** The fields of a form; without a pair, unsigned. */
export function postFields(field: Field, xml: string, pair: SigningPair | null): Record<string, string> {
  const name = field === "SAMLRequest" ? "LogoutRequest" : "LogoutResponse";
  return { [field]: Buffer.from(pair ? signed(xml, name, { pair }) : xml).toString("base64") };
}

import { generateKeyPairSync } from "node:crypto";
import { SignedXml } from "xml-crypto";
import { selfSignedCertificate } from "#lib/identity-service/keys/certificate.ts";
import type { Expectations, SigningPair } from "#lib/identity-service/saml/types.ts";

/** Responses made by hand, signed by xml-crypto where they are signed: code that shares nothing with what it tests. */

export const NOW = new Date("2030-05-17T12:00:00Z");
export const IDP = "https://idp.example.com/saml";
export const SP = "https://sp.example.com/saml";
export const ACS = "https://sp.example.com/saml/acs";
export const REQUEST = "_5f0c6c4f3d1b4a0f9a9b8c7d6e5f4a3b";

export const IDP_PAIR = newPair("idp.example.com");
export const EVIL_PAIR = newPair("evil.example.net");
export const SP_PAIR = newPair("sp.example.com");

export function newPair(name: string, modulusLength = 2_048): SigningPair {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: selfSignedCertificate(privateKey, name, NOW),
  };
}

/** What a good response is measured against. */
export function expectations(changes: Partial<Expectations> = {}): Expectations {
  return {
    now: NOW,
    clockSkewMs: 60_000,
    connectionActive: true,
    sp: { entityId: SP, acsUrl: ACS, decryptionKeys: [SP_PAIR.privateKey] },
    idp: { entityId: IDP, certificates: [IDP_PAIR.certificate] },
    inResponseTo: REQUEST,
    allowIdpInitiated: false,
    allowSha1: false,
    requireEncryptedAssertion: false,
    firstUse: () => true,
    ...changes,
  };
}

/** Minutes from NOW as SAML writes them. */
export function at(minutes: number): string {
  return new Date(NOW.getTime() + minutes * 60_000).toISOString();
}

const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

export function assertionXml(nameId = "ada@example.com", id = "_assertion1"): string {
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>${IDP}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${nameId}</saml:NameID><saml:SubjectConfirmation Method="${BEARER}"><saml:SubjectConfirmationData InResponseTo="${REQUEST}" NotOnOrAfter="${at(5)}" Recipient="${ACS}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(-1)}" NotOnOrAfter="${at(5)}"><saml:AudienceRestriction><saml:Audience>${SP}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${at(0)}" SessionIndex="_session1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>${nameId}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>`;
}

export function responseXml(content = assertionXml(), id = "_response1"): string {
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" Version="2.0" IssueInstant="${at(0)}" Destination="${ACS}" InResponseTo="${REQUEST}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${IDP}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${content}</samlp:Response>`;
}

export const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
export const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";

export interface Signing {
  readonly pair?: SigningPair;
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
  readonly transforms?: readonly string[];
  readonly canonicalization?: string;
  readonly prefixes?: readonly string[];
  /** Prefix of the signature's own elements. */
  readonly prefix?: string;
}

/** Signs the Response or the Assertion in place, after its Issuer, as identity providers do. */
export function signed(
  xml: string,
  what: "Response" | "Assertion" | "LogoutRequest" | "LogoutResponse",
  signing: Signing = {},
): string {
  const pair = signing.pair ?? IDP_PAIR;
  const signer = new SignedXml({
    privateKey: pair.privateKey,
    publicCert: pair.certificate,
    signatureAlgorithm: (signing.signatureAlgorithm ??
      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256") as never,
    canonicalizationAlgorithm: (signing.canonicalization ?? EXCLUSIVE) as never,
    ...(signing.prefixes ? { inclusiveNamespacesPrefixList: [...signing.prefixes] } : {}),
  });
  const xpath = `//*[local-name(.)='${what}']`;
  signer.addReference({
    xpath,
    digestAlgorithm: (signing.digestAlgorithm ?? "http://www.w3.org/2001/04/xmlenc#sha256") as never,
    transforms: [...(signing.transforms ?? [ENVELOPED, EXCLUSIVE])],
    ...(signing.prefixes ? { inclusiveNamespacesPrefixList: [...signing.prefixes] } : {}),
  });
  signer.computeSignature(xml, {
    prefix: signing.prefix ?? "ds",
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" },
  });
  return signer.getSignedXml();
}

/** A response whose assertion is signed. */
export function goodResponse(signing: Signing = {}): string {
  return signed(responseXml(), "Assertion", signing);
}

export function posted(xml: string | Buffer) {
  return { samlResponse: Buffer.from(xml).toString("base64"), relayState: null };
}

/** The text of one element of a document, from its start tag to its end tag: the outermost of that name. */
export function textOfElement(xml: string, name: string): string {
  const found = new RegExp(`<${name}[ >][\\s\\S]*</${name}>`).exec(xml)?.[0];
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

/** An attack: how it is made, and the check that must stop it. */
export interface Attack {
  readonly name: string;
  readonly check: string;
  readonly xml: () => string;
}

const EVIL = "admin@example.com";

/** The classic eight shapes, and those found since. The forged assertion always names somebody else. */
export const WRAPPING: readonly Attack[] = [
  wrapResponse("XSW1: the signed response inside the signature of a forged one", (signature, original) =>
    signature.replace("</ds:Signature>", `${original}</ds:Signature>`),
  ),
  wrapResponse(
    "XSW2: the signed response beside its signature in a forged one",
    (signature, original) => original + signature,
  ),
  wrapAssertion(
    "XSW3: a forged assertion before the signed one",
    "response.assertions",
    (good) => forged() + good,
  ),
  wrapAssertion("XSW4: the signed assertion inside a forged one", "response.assertions", (good) =>
    forged(good),
  ),
  wrapAssertion(
    "XSW5: the signature in a forged assertion, the signed one at the end",
    "response.assertions",
    (good) => {
      const signature = textOfElement(good, "ds:Signature");
      return forged(signature) + good.replace(signature, "");
    },
  ),
  wrapAssertion(
    "XSW6: the signed assertion inside the signature of a forged one",
    "response.assertions",
    (good) => {
      const signature = textOfElement(good, "ds:Signature");
      return forged(signature.replace("</ds:Signature>", `${good.replace(signature, "")}</ds:Signature>`));
    },
  ),
  wrapAssertion(
    "XSW7: a forged assertion in Extensions",
    "response.assertions",
    (good) => `<samlp:Extensions>${forged()}</samlp:Extensions>${good}`,
  ),
  wrapAssertion(
    "XSW8: the signed assertion in an Object of the forged one's signature",
    "response.assertions",
    (good) => {
      const signature = textOfElement(good, "ds:Signature");
      const object = `<ds:Object>${good.replace(signature, "")}</ds:Object></ds:Signature>`;
      return forged(signature.replace("</ds:Signature>", object));
    },
  ),
  wrapAssertion("the signed assertion in the Advice of a forged one", "response.assertions", (good) =>
    forged(`<saml:Advice>${good}</saml:Advice>`),
  ),
  wrapAssertion(
    "CVE-2022-41912: a second assertion after the signed one",
    "response.assertions",
    (good) => good + forged(),
  ),
  wrapAssertion(
    "CVE-2025-47949: an unsigned assertion beside a signed one in a wrapper",
    "response.assertions",
    (good) => `<x:Wrapper xmlns:x="urn:x">${good}</x:Wrapper>${forged()}`,
  ),
  wrapAssertion(
    "a signed assertion that is not the response's own",
    "response.assertions",
    (good) => `<samlp:Extensions>${good}</samlp:Extensions>`,
  ),
  wrapAssertion(
    "a signature moved into a forged assertion of the same ID",
    "assertion.signature.digest",
    (good) => forged(textOfElement(good, "ds:Signature"), "_assertion1"),
  ),
  wrapAssertion(
    "a signature moved into a forged assertion of another ID",
    "assertion.signature.reference",
    (good) => forged(textOfElement(good, "ds:Signature")),
  ),
  wrapAssertion("two assertions of the same ID", "message.ids", (good) => forged("", "_assertion1") + good),
  {
    name: "an assertion's signature moved up to its response",
    check: "response.signature.reference",
    xml: () => {
      const good = goodResponse();
      const signature = textOfElement(good, "ds:Signature");
      return good.replace(signature, "").replace("</saml:Issuer>", `</saml:Issuer>${signature}`);
    },
  },
  {
    name: "CVE-2024-45409: a second digest elsewhere in the message",
    check: "assertion.signature.digest",
    xml: () => {
      const extra = `<samlp:Extensions><ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">AAAA</ds:DigestValue></samlp:Extensions><samlp:Status>`;
      return goodResponse().replace("<samlp:Status>", extra).replaceAll(">ada@", ">admin@");
    },
  },
  {
    name: "a whole second signature in the assertion",
    check: "response.signatures",
    xml: () => {
      const good = goodResponse();
      const signature = textOfElement(good, "ds:Signature");
      return good.replace(signature, signature + signature);
    },
  },
  {
    name: "a signature in the subject",
    check: "response.signatures",
    xml: () => {
      const good = goodResponse();
      const signature = textOfElement(good, "ds:Signature");
      return good.replace(signature, "").replace("<saml:Subject>", `<saml:Subject>${signature}`);
    },
  },
];

function wrapResponse(name: string, wrap: (signature: string, original: string) => string): Attack {
  return {
    name,
    check: "response.assertions",
    xml: () => {
      const good = signed(responseXml(), "Response");
      const signature = textOfElement(good, "ds:Signature");
      const original = good.replace(signature, "");
      return responseXml(wrap(signature, original) + forged(), "_evil_response");
    },
  };
}

function wrapAssertion(name: string, check: string, wrap: (good: string) => string): Attack {
  return { name, check, xml: () => responseXml(wrap(textOfElement(goodResponse(), "saml:Assertion"))) };
}

/** An assertion about somebody else, with something put where a signature goes. */
function forged(inside = "", id = "_evil"): string {
  return assertionXml(EVIL, id).replace("</saml:Issuer>", `</saml:Issuer>${inside}`);
}

import { describe, expect, test } from "vitest";
import { SignedXml } from "xml-crypto";
import { sentenceOf } from "#lib/identity-service/inspection/finding.ts";
import {
  bareBase64,
  createSigningCertificate,
  describeCertificate,
} from "#lib/identity-service/saml/certificates.ts";
import { inspectMetadata } from "#lib/identity-service/saml/metadata.ts";
import { buildSpMetadata } from "#lib/identity-service/saml/sp-metadata.ts";
import type { SpMetadataInput } from "#lib/identity-service/saml/types.ts";
import {
  ACS,
  EVIL_PAIR,
  goodResponse,
  IDP,
  IDP_PAIR,
  NOW,
  newPair,
  SP,
  SP_PAIR,
} from "#tests/support/saml-attacks.ts";
import { startSamlIdp } from "#tests/support/saml-idp.ts";

const REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const KEY = key("signing", bareBase64(IDP_PAIR.certificate));

function key(use: string, certificate: string): string {
  return `<md:KeyDescriptor${use ? ` use="${use}"` : ""}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>\n${certificate}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
}

function sso(location = "https://idp.example.com/sso", binding = REDIRECT): string {
  return `<md:SingleSignOnService Binding="${binding}" Location="${location}"/>`;
}

function idp(content = KEY + sso(), attributes = "", entityId = IDP): string {
  return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"${attributes}><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${content}</md:IDPSSODescriptor></md:EntityDescriptor>`;
}

/** Signed by another implementation. */
function signedIdp(): string {
  const signer = new SignedXml({
    privateKey: IDP_PAIR.privateKey,
    publicCert: IDP_PAIR.certificate,
    signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
  });
  signer.addReference({
    xpath: "/*",
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
    transforms: [
      "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
      "http://www.w3.org/2001/10/xml-exc-c14n#",
    ],
  });
  signer.computeSignature(idp(undefined, ' ID="_m1"'), { location: { reference: "/*", action: "prepend" } });
  return signer.getSignedXml();
}

const OURS = "https://ours.example.com";
const SP_INPUT: SpMetadataInput = {
  entityId: SP,
  acsUrl: ACS,
  sloUrl: "https://sp.example.com/slo",
  signingCertificates: [SP_PAIR.certificate, EVIL_PAIR.certificate],
  encryptionCertificates: [SP_PAIR.certificate],
  signsRequests: true,
  nameIdFormats: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
  validUntil: null,
  signing: SP_PAIR,
  id: "_metadata1",
};

describe("identity providers' metadata", () => {
  test("tells the entity, its addresses by binding, its certificates and its wishes", () => {
    const logout = `<md:SingleLogoutService Binding="${POST}" Location="https://idp.example.com/slo" ResponseLocation="https://idp.example.com/slo2"/>`;
    const xml = idp(
      `${KEY}${key("encryption", bareBase64(SP_PAIR.certificate))}${logout}<md:NameIDFormat>urn:x</md:NameIDFormat>${sso()}${sso("https://idp.example.com/post", POST)}`,
    );
    const { idps, findings } = inspectMetadata(
      xml.replace("<md:IDPSSODescriptor ", '<md:IDPSSODescriptor WantAuthnRequestsSigned="true" '),
      NOW,
    );
    expect(findings).toEqual([]);
    expect(idps).toHaveLength(1);
    expect(idps[0]).toMatchObject({
      entityId: IDP,
      singleSignOn: [
        { binding: "redirect", location: "https://idp.example.com/sso" },
        { binding: "post", location: "https://idp.example.com/post" },
      ],
      singleLogout: [{ binding: "post", responseLocation: "https://idp.example.com/slo2" }],
      nameIdFormats: ["urn:x"],
      wantsSignedRequests: true,
      certificates: [
        { use: "signing", subject: "CN=idp.example.com", issuer: "CN=idp.example.com", key: "RSA 2048" },
        { use: "encryption", subject: "CN=sp.example.com" },
      ],
    });
    expect(idps[0].certificates[0]).toEqual({ ...describeCertificate(IDP_PAIR.certificate), use: "signing" });
    expect(idps[0].certificates[0]?.fingerprintSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test("reads a federation with groups, comments and processing instructions", () => {
    const group = (content: string) =>
      `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${content}</md:EntitiesDescriptor>`;
    const xml = `\uFEFF<?xml version="1.0"?><?xml-stylesheet href="x"?><!-- c -->${group(idp() + group(idp(undefined, "", "urn:second")))}`;
    const { idps, findings } = inspectMetadata(xml, NOW);
    expect(idps.map(({ entityId }) => entityId)).toEqual([IDP, "urn:second"]);
    expect(findings.map(sentenceOf)).toEqual([
      "The document describes 2 identity providers. Choose the right one.",
    ]);
  });

  test("says of a signed document whether it was changed since", () => {
    const signed = signedIdp();
    const codes = (xml: string) => inspectMetadata(xml, NOW).findings.map(({ code }) => code);
    expect(codes(signed)).toEqual(["document_signed"]);
    expect(codes(signed.replace("https://idp.example.com/sso", "https://evil.example.com/sso"))).toEqual([
      "document_signature_broken",
    ]);
    expect(codes(signed.replaceAll(/<X509Certificate>[^<]+/g, "<X509Certificate>AAAA"))).toEqual([
      "document_signature_broken",
    ]);
  });

  test("reads what another implementation writes", async () => {
    const server = await startSamlIdp();
    try {
      const { idps } = inspectMetadata(await (await fetch(server.metadataUrl)).text(), NOW);
      expect(idps[0]).toMatchObject({ entityId: server.settings.entityId });
      expect(idps[0].singleSignOn.map(({ location }) => location)).toContain(server.ssoUrl);
      expect(idps[0].certificates[0]?.pem).toBe(describeCertificate(server.settings.certificate).pem);
    } finally {
      await server.close();
    }
  });

  const later = new Date(NOW.getTime() + 20 * 365 * 86_400_000);
  test.each<[string, string, string, Date?]>([
    ["an expired certificate", "expired on", idp(), later],
    [
      "a certificate that expires soon",
      "expires on",
      idp(),
      new Date(Date.parse(describeCertificate(IDP_PAIR.certificate).notAfter.toISOString()) - 86_400_000),
    ],
    ["a certificate that is not valid yet", "is not valid before", idp(), new Date(0)],
    [
      "a weak key",
      "RSA key has only 1024 bits",
      idp(key("", bareBase64(newPair("weak", 1_024).certificate)) + sso()),
    ],
    ["an unreadable certificate", "cannot be read", idp(key("signing", "AAAA") + sso())],
    ["no signing certificate", "no signing certificate", idp(sso())],
    [
      "an address without encryption",
      "is not encrypted (http)",
      idp(KEY + sso("http://idp.example.com/sso")),
    ],
    ["an address that is a script", "is not a web address", idp(KEY + sso("javascript:alert(1)"))],
    ["no address to sign in at", "no sign-in address", idp(KEY)],
    [
      "metadata that is out of date",
      "was valid until 2029-01-01",
      idp(undefined, ' validUntil="2029-01-01T00:00:00Z"'),
    ],
    [
      "requests that must be signed",
      "wants signed requests",
      idp().replace("<md:IDPSSODescriptor ", '<md:IDPSSODescriptor WantAuthnRequestsSigned="1" '),
    ],
    [
      "SHA-1",
      "SHA-1",
      idp(
        `${KEY}${sso()}<md:Extensions><a:SigningMethod xmlns:a="urn:oasis:names:tc:SAML:metadata:algsupport" Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/></md:Extensions>`,
      ),
    ],
  ])("warns of %s", (_name, warning, xml, now = NOW) => {
    expect(inspectMetadata(xml, now).idps[0].findings.map(sentenceOf).join("\n")).toContain(warning);
  });

  test.each([
    [
      "our own metadata",
      "our own metadata",
      buildSpMetadata({ ...SP_INPUT, entityId: `${OURS}/saml/conn_1` }),
    ],
    ["a service provider's metadata", "metadata of a service provider", buildSpMetadata(SP_INPUT)],
    ["a SAML message", "SAML message (Response)", goodResponse()],
    ["a certificate", "This is a certificate", IDP_PAIR.certificate],
    ["a private key", "This is a private key", IDP_PAIR.privateKey],
    ["an OIDC discovery document", "OpenID Connect discovery", '{"issuer":"https://idp.example.com"}'],
    ["other JSON", "This is JSON", "[1]"],
    ["an address", "This is an address", "https://idp.example.com/metadata"],
    ["a web page", "This is a web page", "<!DOCTYPE html><html></html>"],
    ["an archive", "archive", "PK\u0003\u0004"],
    ["words", "This is not XML", "please find attached"],
    ["nothing", "is empty", " \n"],
    ["bytes", "not a text file", "<a>\uFFFD</a>"],
    ["other XML", 'begins with "rss"', "<rss/>"],
    ["broken XML", "not well-formed", "<md:EntityDescriptor>"],
    [
      "XML with entities",
      "document type declaration",
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`,
    ],
    [
      "an empty federation",
      "describes nobody",
      '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>',
    ],
    [
      "an identity provider of SAML 1.1",
      "does not speak SAML 2.0",
      idp().replace("SAML:2.0:protocol", "SAML:1.1:protocol"),
    ],
    [
      "metadata without a role",
      "no identity provider",
      '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>',
    ],
    ["metadata without an entity id", "names no entity ID", idp().replace(` entityID="${IDP}"`, "")],
  ])("says that %s is no identity provider's metadata", (_name, message, text) => {
    expect(() => inspectMetadata(text, NOW, OURS)).toThrow(
      expect.objectContaining({
        finding: expect.objectContaining({ severity: "error" }),
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe("our own metadata", () => {
  test("names every certificate while one replaces another, and is signed", () => {
    const xml = buildSpMetadata(SP_INPUT);
    expect(xml.match(/use="signing"/g)).toHaveLength(2);
    expect(xml.match(/use="encryption"/g)).toHaveLength(1);
    for (const part of [
      `entityID="${SP}"`,
      `Location="${ACS}"`,
      'AuthnRequestsSigned="true"',
      'WantAssertionsSigned="true"',
      `<md:SingleLogoutService Binding="${REDIRECT}" Location="https://sp.example.com/slo">`,
      `<md:SingleLogoutService Binding="${POST}" Location="https://sp.example.com/slo">`,
    ]) {
      expect(xml).toContain(part);
    }
    const verifier = new SignedXml({ publicCert: SP_PAIR.certificate });
    verifier.loadSignature(/<ds:Signature [\s\S]*<\/ds:Signature>/.exec(xml)?.[0] ?? "");
    expect(verifier.checkSignature(xml)).toBe(true);
    expect(buildSpMetadata({ ...SP_INPUT, signing: null })).not.toContain("ds:Signature");
  });

  test("can be made with a new key of its own", async () => {
    const pair = await createSigningCertificate("env_1 sallyport", NOW);
    const described = describeCertificate(pair.certificate);
    expect(described).toMatchObject({ subject: "CN=env_1 sallyport", key: "RSA 3072" });
    expect(described.notBefore < NOW && described.notAfter > NOW).toBe(true);
    expect(describeCertificate(bareBase64(pair.certificate))).toEqual(described);
  });
});

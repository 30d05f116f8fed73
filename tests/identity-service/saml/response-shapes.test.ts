import { describe, expect, test } from "vitest";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import {
  ACS,
  at,
  expectations,
  goodResponse,
  posted,
  REQUEST,
  responseXml,
  SP,
  SP_PAIR,
  signed,
} from "#tests/support/saml-attacks.ts";
import { ADA, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";

describe("valid responses in the shapes that identity providers send", () => {
  test.each([
    ["the assertion signed", "assertion", () => goodResponse()],
    ["the response signed", "response", () => signed(responseXml(), "Response")],
    ["both signed", "both", () => signed(goodResponse(), "Response")],
    ["a signature in the default namespace", "assertion", () => goodResponse({ prefix: "" })],
    [
      "SHA-512",
      "assertion",
      () =>
        goodResponse({
          signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
          digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha512",
        }),
    ],
    ["an XML declaration", "assertion", () => `<?xml version="1.0" encoding="UTF-8"?>\n${goodResponse()}\n`],
    [
      "namespaces declared where the response begins",
      "assertion",
      () =>
        signed(
          responseXml()
            .replaceAll(' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"', "")
            .replace(
              "<samlp:Response ",
              '<samlp:Response xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:unused="urn:unused" ',
            ),
          "Assertion",
        ),
    ],
    [
      "odd prefixes",
      "assertion",
      () =>
        signed(
          responseXml()
            .replaceAll("saml:", "a:")
            .replaceAll("xmlns:saml=", "xmlns:a=")
            .replaceAll("samlp:", "b:")
            .replaceAll("xmlns:samlp=", "xmlns:b="),
          "Assertion",
        ),
    ],
    [
      "the assertion's namespace as the default",
      "assertion",
      () => signed(responseXml().replaceAll("saml:", "").replaceAll("xmlns:saml=", "xmlns="), "Assertion"),
    ],
    [
      "types in InclusiveNamespaces, declared by the response",
      "assertion",
      () => signed(TYPED, "Assertion", { prefixes: ["xs", "xsi"] }),
    ],
    [
      "types in InclusiveNamespaces, the response signed too",
      "both",
      () => signed(signed(TYPED, "Assertion", { prefixes: ["xs"] }), "Response", { prefixes: ["xs"] }),
    ],
    [
      "blanks and line breaks between elements",
      "assertion",
      () => signed(responseXml().replaceAll("><", ">\n  <"), "Assertion"),
    ],
    [
      "a comment between elements",
      "assertion",
      () => goodResponse().replace("<saml:Conditions", "<!-- harmless --><saml:Conditions"),
    ],
    [
      "a value in CDATA",
      "assertion",
      () =>
        signed(
          responseXml().replace(
            ">ada@example.com</saml:NameID>",
            "><![CDATA[ada@example.com]]></saml:NameID>",
          ),
          "Assertion",
        ),
    ],
    [
      "line breaks in base64",
      "assertion",
      () => goodResponse().replace(/<ds:SignatureValue>(.{76})/, "<ds:SignatureValue>\n$1\n"),
    ],
    [
      "OneTimeUse and a second audience",
      "assertion",
      () =>
        signed(
          responseXml().replace(
            "</saml:AudienceRestriction>",
            "<saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction><saml:OneTimeUse/>",
          ),
          "Assertion",
        ),
    ],
    [
      "a second confirmation that is not for us",
      "assertion",
      () =>
        signed(
          responseXml().replace(
            "<saml:SubjectConfirmation ",
            `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="https://other.example.com" NotOnOrAfter="${at(5)}"/></saml:SubjectConfirmation><saml:SubjectConfirmation `,
          ),
          "Assertion",
        ),
    ],
    [
      "no issuer on the unsigned envelope",
      "assertion",
      () => goodResponse().replace(/<saml:Issuer xmlns[\s\S]*?<\/saml:Issuer>/, ""),
    ],
  ])("accepts %s", async (_name, what, xml) => {
    const verified = await verifyResponse(posted(xml()), expectations());
    expect(verified).toMatchObject({
      id: "_assertion1",
      signed: what,
      encrypted: false,
      nameId: { value: "ada@example.com" },
      inResponseTo: REQUEST,
      sessionIndex: "_session1",
      authnContext: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
      authnInstant: new Date(at(0)),
    });
    expect(verified.attributes).toMatchObject([{ name: "email", values: ["ada@example.com"] }]);
  });

  test("reads escaped characters, several values, and attributes said twice", async () => {
    const more = `<saml:Attribute Name="groups" FriendlyName="Groups"><saml:AttributeValue>R&amp;D &lt;1&gt; "é" 数&#13;</saml:AttributeValue><saml:AttributeValue><saml:NameID>inner</saml:NameID></saml:AttributeValue></saml:Attribute><saml:Attribute Name="groups"><saml:AttributeValue>third</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`;
    const xml = signed(responseXml().replace("</saml:AttributeStatement>", more), "Assertion");
    const { attributes } = await verifyResponse(posted(xml), expectations());
    expect(attributes[1]).toEqual({
      name: "groups",
      friendlyName: "Groups",
      values: ['R&D <1> "é" 数', "inner", "third"],
    });
  });
});

const TYPED = responseXml()
  .replace(
    "<samlp:Response ",
    '<samlp:Response xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ',
  )
  .replace("<saml:AttributeValue>", '<saml:AttributeValue xsi:type="xs:string">');

describe("another implementation's responses", () => {
  test.each([
    ["assertion", "sha256", null],
    ["response", "sha256", null],
    ["both", "sha256", null],
    ["both", "sha1", null],
    ["assertion", "sha256", "http://www.w3.org/2009/xmlenc11#aes256-gcm"],
    ["assertion", "sha256", "http://www.w3.org/2009/xmlenc11#aes128-gcm"],
    ["both", "sha256", "http://www.w3.org/2001/04/xmlenc#aes256-cbc"],
    ["response", "sha256", "http://www.w3.org/2001/04/xmlenc#aes128-cbc"],
  ] as const)("accepts samlp's: %s signed with %s, encrypted with %s", async (sign, hash, algorithm) => {
    const encryptFor = algorithm ? { certificate: SP_PAIR.certificate, algorithm } : null;
    const settings = idpSettings({ sign, hash, encryptFor });
    const response = await samlResponse(settings, ADA, { audience: SP, acsUrl: ACS, inResponseTo: REQUEST });
    const verified = await verifyResponse(
      { samlResponse: response, relayState: null },
      expectations({
        now: new Date(),
        idp: { entityId: settings.entityId, certificates: [settings.certificate] },
        allowSha1: hash === "sha1",
      }),
    );
    expect(verified).toMatchObject({
      signed: sign,
      encrypted: algorithm !== null,
      nameId: { value: ADA.nameId },
    });
  });
});

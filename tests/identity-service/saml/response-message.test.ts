import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import { expectations, goodResponse, posted, responseXml, signed } from "#tests/support/saml-attacks.ts";
import { changed, refusalOf } from "./refusals.ts";

describe("messages", () => {
  test.each([
    ["a DTD", "message.xml", () => `<!DOCTYPE Response [<!ENTITY e "x">]>${goodResponse()}`],
    [
      "an external entity (XXE)",
      "message.xml",
      () => `<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>${changed(">ada@", ">&e;@")}`,
    ],
    [
      "entities that multiply (billion laughs)",
      "message.xml",
      () => `<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${changed(">ada@", ">&b;@")}`,
    ],
    [
      "CVE-2025-25291: a DTD that two parsers read differently",
      "message.xml",
      () =>
        `<?xml version="1.0"?><!DOCTYPE samlp:Response [<!ATTLIST saml:Assertion ID CDATA "_evil">]>${goodResponse()}`,
    ],
    ["an entity that is not declared", "message.xml", () => changed(">ada@", ">&nbsp;@")],
    [
      "CVE-2025-25292: a namespace that two parsers read differently",
      "message.xml",
      () =>
        changed(
          "<ds:SignedInfo>",
          '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:ds="urn:x">',
        ),
    ],
    [
      "CVE-2025-66567: a prefix that is not declared",
      "message.xml",
      () => changed("<saml:Subject>", "<saml:Subject><x:y/>"),
    ],
    [
      "CVE-2025-66568: a namespace without a canonical form",
      "message.xml",
      () => changed(/<saml:Assertion /, '<saml:Assertion xmlns:x="1" x:y="z" '),
    ],
    ["CVE-2025-25293: compressed input", "message.xml", () => deflateRawSync(goodResponse())],
    ["UTF-16", "message.xml", () => Buffer.from(`\uFEFF${goodResponse()}`, "utf16le")],
    ["UTF-7", "message.xml", () => `<?xml version="1.0" encoding="UTF-7"?>${goodResponse()}`],
    ["bytes that are not UTF-8", "message.xml", () => Buffer.from(changed(">ada@", ">\u00e9@"), "latin1")],
    ["two roots", "message.xml", () => goodResponse() + goodResponse()],
    [
      "a deep message",
      "message.xml",
      () =>
        changed(
          "<samlp:Status>",
          `<samlp:Extensions>${"<a>".repeat(300)}${"</a>".repeat(300)}</samlp:Extensions><samlp:Status>`,
        ),
    ],
    [
      "a huge message",
      "message.encoding",
      () =>
        changed(
          "<samlp:Status>",
          `<samlp:Extensions><a>${"x".repeat(600_000)}</a></samlp:Extensions><samlp:Status>`,
        ),
    ],
    ["nothing at all", "message.encoding", () => ""],
    [
      "CERT VU#780781: a comment that cuts the NameID",
      "message.comments",
      () => changed(">ada@example.com<", ">ada@example.com<!---->.evil.com<"),
    ],
    [
      "a comment that cuts an attribute's value",
      "message.comments",
      () => changed("<saml:AttributeValue>ada", "<saml:AttributeValue>a<!--x-->da"),
    ],
    [
      "a processing instruction that cuts the NameID",
      "message.instructions",
      () => changed(">ada@example.com<", ">ada@example.com<?x?>.evil.com<"),
    ],
    ["an ID used twice", "message.ids", () => changed("<saml:Subject>", '<saml:Subject ID="_assertion1">')],
    [
      "an ID used twice, once spelled Id",
      "message.ids",
      () => changed("<saml:Subject>", '<saml:Subject Id="_assertion1">'),
    ],
    [
      "CVE-2025-54419: a value changed where only the original is read",
      "assertion.signature.digest",
      () => changed(">ada@example.com<", ">da@example.com<"),
    ],
    [
      "CVE-2025-54369: an attribute changed where only the original is read",
      "assertion.signature.digest",
      () => changed('Name="email"', 'Name="e-mail"'),
    ],
    [
      "a namespace that libxml2 does not write canonically",
      "message.xml",
      () => changed(/<samlp:Response /, '<samlp:Response xmlns:x="a:b&amp;c" x:y="z" '),
    ],
    [
      "a namespace with a quote to end it early",
      "message.xml",
      () => changed(/<saml:Assertion /, `<saml:Assertion xmlns:x='a:b" ID="_evil' x:y="z" `),
    ],
    [
      "something else than a response",
      "response.shape",
      () => '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1"/>',
    ],
    ["a response of another namespace", "response.shape", () => "<Response/>"],
  ])("refuses %s", async (_name, check, xml) => {
    expect(await refusalOf(xml())).toMatchObject({ check });
  });

  test.each([["not base64!"], ["PHg+-_"], ["PHg"], ["PHg+="], ["=PHg"]])(
    "refuses %j as base64",
    async (samlResponse) => {
      const verification = verifyResponse({ samlResponse, relayState: null }, expectations());
      await expect(verification).rejects.toMatchObject({ check: "message.encoding" });
    },
  );

  test("a comment in the NameID does not cut it even if it was there when it was signed", async () => {
    const xml = signed(
      responseXml().replaceAll("ada@example.com", "ada@example.com<!---->.evil.com"),
      "Assertion",
    );
    expect(await refusalOf(xml)).toMatchObject({ check: "message.comments" });
  });

  test("bounds the time that a hostile message can take", async () => {
    const attributes = Array.from(
      { length: 20 },
      (_, index) => `xmlns:n${index}="urn:${index}" n${index}:a="1"`,
    ).join(" ");
    const nested = `${`<a ${attributes}>`.repeat(200)}${"<a/>".repeat(20_000)}${"</a>".repeat(200)}`;
    const xml = changed("<samlp:Status>", `<samlp:Extensions>${nested}</samlp:Extensions><samlp:Status>`);
    await expect(verifyResponse(posted(xml), expectations())).resolves.toBeDefined();
  }, 20_000);
});

import { createHmac, createPublicKey, createSign, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { selfSignedCertificate } from "#lib/identity-service/keys/certificate.ts";
import { describeCertificate } from "#lib/identity-service/saml/certificates.ts";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import {
  ENVELOPED,
  EVIL_PAIR,
  EXCLUSIVE,
  expectations,
  goodResponse,
  IDP,
  IDP_PAIR,
  NOW,
  newPair,
  posted,
  responseXml,
  signed,
  textOfElement,
} from "#tests/support/saml-attacks.ts";
import { changed, refusalOf } from "./refusals.ts";

const INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const DSIG = "http://www.w3.org/2000/09/xmldsig#";

const SIGNED_INFO = textOfElement(goodResponse(), "ds:SignedInfo");

describe("signatures", () => {
  test.each([
    [
      "a response where neither the response nor the assertion is signed",
      "signature.present",
      () => responseXml(),
    ],
    ["an excluded signature", "signature.present", () => changed(/<ds:Signature[\s\S]*<\/ds:Signature>/, "")],
    [
      "a signature by a key that only the message's own KeyInfo vouches for",
      "assertion.signature.value",
      () => goodResponse({ pair: EVIL_PAIR }),
    ],
    [
      "a changed value",
      "assertion.signature.digest",
      () => changed(">ada@example.com<", ">eve@example.com<"),
    ],
    [
      "a changed SignedInfo",
      "assertion.signature.value",
      () => changed(/<ds:DigestValue>..../, "<ds:DigestValue>AAAA"),
    ],
    [
      "CVE-2025-29774: a second SignedInfo",
      "assertion.signature.shape",
      () => changed(SIGNED_INFO, SIGNED_INFO + SIGNED_INFO),
    ],
    [
      "CVE-2025-29774: a second Reference",
      "assertion.signature.shape",
      () => changed(/<ds:Reference [\s\S]*<\/ds:Reference>/, "$&$&"),
    ],
    [
      "CVE-2025-29775: a comment in DigestValue",
      "message.comments",
      () => changed("<ds:DigestValue>", "<ds:DigestValue><!--AAAA-->"),
    ],
    [
      "CVE-2025-29775: a comment in SignedInfo",
      "message.comments",
      () => changed("<ds:SignedInfo>", "<ds:SignedInfo><!--x-->"),
    ],
    [
      "an empty digest",
      "assertion.signature.value",
      () => changed(/<ds:DigestValue>[^<]*/, "<ds:DigestValue>"),
    ],
    [
      "a digest of blanks",
      "assertion.signature.value",
      () => changed(/<ds:DigestValue>[^<]*/, "<ds:DigestValue>  \n "),
    ],
    [
      "an empty signature value",
      "assertion.signature.shape",
      () => changed(/<ds:SignatureValue>[^<]*/, "<ds:SignatureValue>"),
    ],
    [
      "a signature value of blanks",
      "assertion.signature.shape",
      () => changed(/<ds:SignatureValue>[^<]*/, "<ds:SignatureValue> \n "),
    ],
    [
      "an Object in the signature",
      "assertion.signature.shape",
      () => changed("</ds:Signature>", "<ds:Object/></ds:Signature>"),
    ],
    ["a signature without SignedInfo", "assertion.signature.shape", () => changed(SIGNED_INFO, "")],
    [
      "inclusive canonicalization",
      "assertion.signature.transforms",
      () => goodResponse({ canonicalization: INCLUSIVE }),
    ],
    [
      "an inclusive transform",
      "assertion.signature.transforms",
      () => goodResponse({ transforms: [ENVELOPED, INCLUSIVE] }),
    ],
    [
      "a signature with the enveloped transform only",
      "assertion.signature.transforms",
      () => goodResponse({ transforms: [ENVELOPED] }),
    ],
    [
      "canonicalization that keeps comments",
      "assertion.signature.transforms",
      () => goodResponse({ transforms: [ENVELOPED, `${EXCLUSIVE}WithComments`] }),
    ],
    [
      "an XSLT transform",
      "assertion.signature.transforms",
      () =>
        changed(
          `<ds:Transform Algorithm="${ENVELOPED}"/>`,
          `<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform" version="1.0"/></ds:Transform>`,
        ),
    ],
    [
      "an XPath transform",
      "assertion.signature.transforms",
      () => changed(ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116"),
    ],
    [
      "a third transform",
      "assertion.signature.transforms",
      () => changed("</ds:Transforms>", `<ds:Transform Algorithm="${DSIG}base64"/></ds:Transforms>`),
    ],
    [
      "a reference to the whole document",
      "assertion.signature.reference",
      () => changed('URI="#_assertion1"', 'URI=""'),
    ],
    [
      "a reference to elsewhere",
      "assertion.signature.reference",
      () => changed('URI="#_assertion1"', 'URI="https://evil.example.net/x"'),
    ],
    [
      "a reference by XPointer",
      "assertion.signature.reference",
      () => changed('URI="#_assertion1"', `URI="#xpointer(id('_assertion1'))"`),
    ],
    ["a reference without URI", "assertion.signature.reference", () => changed(' URI="#_assertion1"', "")],
    ["an assertion without ID", "assertion.signature.reference", () => changed(' ID="_assertion1"', "")],
    ["SHA-1 as signature and digest", "assertion.signature.algorithms", () => goodResponse(SHA1)],
    [
      "SHA-1 as the digest only",
      "assertion.signature.algorithms",
      () => goodResponse({ digestAlgorithm: SHA1.digestAlgorithm }),
    ],
    ["an HMAC with the public key", "assertion.signature.algorithms", hmacSigned],
    ["an unknown algorithm", "assertion.signature.algorithms", () => changed("rsa-sha256", "rsa-md5")],
    [
      "a shortened signature (HMACOutputLength, CVE-2009-0217)",
      "assertion.signature.algorithms",
      () =>
        changed(
          /(<ds:SignatureMethod [^>]*)\/>/,
          "$1><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>",
        ),
    ],
    [
      "an elliptic-curve algorithm over an RSA key",
      "assertion.signature.value",
      () => changed("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256"),
    ],
  ])("refuses %s", async (_name, check, xml) => {
    expect(await refusalOf(xml())).toMatchObject({ check });
  });

  test("refuses a good assertion in a response whose own signature is wrong", async () => {
    const both = signed(goodResponse(), "Response");
    const xml = changed('Version="2.0"', 'Version="2.0" Consent="urn:x"', both);
    expect(await refusalOf(xml)).toMatchObject({ check: "response.signature.digest" });
  });

  test("refuses a good response around an assertion whose own signature is wrong", async () => {
    const evil = signed(responseXml(), "Assertion", { pair: EVIL_PAIR });
    expect(await refusalOf(signed(evil, "Response"))).toMatchObject({ check: "assertion.signature.value" });
  });

  test("tells which certificate was expected, and by which the message says that it was signed", async () => {
    const [expected, found] = [IDP_PAIR, EVIL_PAIR].map(
      ({ certificate }) => describeCertificate(certificate).fingerprintSha256,
    );
    const { checks } = await refusalOf(goodResponse({ pair: EVIL_PAIR }));
    expect(checks.find(({ result }) => result === "failed")).toMatchObject({ expected, found });
    const silent = changed(
      /<X509Data>[\s\S]*<\/X509Data>|<ds:X509Data>[\s\S]*<\/ds:X509Data>/,
      "",
      goodResponse({ pair: EVIL_PAIR }),
    );
    const without = (await refusalOf(silent)).checks.find(({ result }) => result === "failed");
    expect(without).toMatchObject({ expected, found: null });
  });

  test("accepts SHA-1 on a connection that allows it", async () => {
    const verified = await verifyResponse(posted(goodResponse(SHA1)), expectations({ allowSha1: true }));
    expect(verified.nameId.value).toBe("ada@example.com");
  });

  test.each([
    ["no certificate", []],
    ["something that is no certificate", ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]],
    ["a certificate of a weak key", [newPair("weak", 1_024).certificate]],
  ])("trusts nothing when the connection has %s", async (_name, certificates) => {
    const refusal = await refusalOf(goodResponse(), { idp: { entityId: IDP, certificates } });
    expect(refusal).toMatchObject({ check: "idp.certificates" });
  });

  test("accepts either key while the identity provider replaces one", async () => {
    const idp = { entityId: IDP, certificates: [EVIL_PAIR.certificate, IDP_PAIR.certificate] };
    await expect(verifyResponse(posted(goodResponse()), expectations({ idp }))).resolves.toBeDefined();
  });

  test("accepts an elliptic-curve key, and refuses a signature of another", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const certificate = selfSignedCertificate(privateKey, "ec.example.com", NOW);
    const unsigned = changed("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256");
    const info = textOfElement(unsigned, "ds:SignedInfo").replace(
      "<ds:SignedInfo>",
      `<ds:SignedInfo xmlns:ds="${DSIG}">`,
    );
    const value = createSign("sha256")
      .update(info.replace(/<(ds:\w+)([^<>]*)\/>/g, "<$1$2></$1>"))
      .sign({ key: privateKey, dsaEncoding: "ieee-p1363" });
    const xml = changed(
      /<ds:SignatureValue>[^<]*/,
      `<ds:SignatureValue>${value.toString("base64")}`,
      unsigned,
    );
    const idp = { entityId: IDP, certificates: [certificate] };
    await expect(verifyResponse(posted(xml), expectations({ idp }))).resolves.toBeDefined();
    value.writeUInt8(value.readUInt8(5) ^ 1, 5);
    const wrong = changed(
      /<ds:SignatureValue>[^<]*/,
      `<ds:SignatureValue>${value.toString("base64")}`,
      unsigned,
    );
    expect(await refusalOf(wrong, { idp })).toMatchObject({ check: "assertion.signature.value" });
    const short = changed(/<ds:SignatureValue>[^<]*/, "<ds:SignatureValue>AAAA", unsigned);
    expect(await refusalOf(short, { idp })).toMatchObject({ check: "assertion.signature.value" });
  });
});

const SHA1 = { signatureAlgorithm: `${DSIG}rsa-sha1`, digestAlgorithm: `${DSIG}sha1` };

function hmacSigned(): string {
  const secret = createPublicKey(IDP_PAIR.certificate).export({ type: "spki", format: "pem" });
  const info = SIGNED_INFO.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256");
  const value = createHmac("sha256", secret).update(info).digest("base64");
  return changed(SIGNED_INFO, info).replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${value}`);
}

import { describe, expect, test } from "vitest";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import {
  ACS,
  assertionXml,
  EVIL_PAIR,
  expectations,
  goodResponse,
  newPair,
  posted,
  responseXml,
  SP,
  SP_PAIR,
  signed,
  textOfElement,
} from "#tests/support/saml-attacks.ts";
import { type Encryption, encrypted } from "#tests/support/saml-encryption.ts";
import { refusalOf } from "./refusals.ts";

const GCM: Encryption = { content: "aes256-gcm", key: "rsa-oaep-mgf1p" };
const CBC: Encryption = { content: "aes256-cbc", key: "rsa-oaep-mgf1p" };
const SIGNED = textOfElement(goodResponse(), "saml:Assertion");

function response(encryption: Encryption, plain = SIGNED, certificate = SP_PAIR.certificate): string {
  return responseXml(encrypted(plain, certificate, encryption));
}

describe("encrypted assertions", () => {
  test.each<Encryption>([
    { content: "aes128-gcm", key: "rsa-oaep-mgf1p" },
    GCM,
    { content: "aes128-cbc", key: "rsa-oaep-mgf1p" },
    CBC,
    { content: "aes256-gcm", key: "rsa-oaep-mgf1p", digest: "sha1" },
    { content: "aes256-gcm", key: "rsa-oaep-mgf1p", digest: "sha256", mask: "sha1" },
    { content: "aes256-gcm", key: "rsa-oaep-mgf1p", digest: "sha256", mask: "sha256" },
    { content: "aes256-gcm", key: "rsa-oaep" },
    { content: "aes256-gcm", key: "rsa-oaep", digest: "sha256", mask: "sha256" },
    { content: "aes256-gcm", key: "rsa-oaep", digest: "sha256", mask: "sha1" },
    { content: "aes256-gcm", key: "rsa-oaep", digest: "sha1", mask: "sha256" },
    { content: "aes256-gcm", key: "rsa-oaep-mgf1p", keyBeside: true },
  ])("reads $content with $key, digest $digest, mask $mask", async (encryption) => {
    // Digest and mask of mgf1p are named by the digest alone: what the test varies is the mask really used.
    const xml = response(encryption);
    const plain = encryption.key === "rsa-oaep-mgf1p" ? xml.replace(/<xenc11:MGF[^>]*>/, "") : xml;
    const verified = await verifyResponse(posted(plain), expectations({ requireEncryptedAssertion: true }));
    expect(verified).toMatchObject({
      encrypted: true,
      signed: "assertion",
      nameId: { value: "ada@example.com" },
    });
  });

  test("reads an unsigned assertion whose ciphertext the response's signature covers", async () => {
    const xml = signed(response(CBC, assertionXml()), "Response");
    const verified = await verifyResponse(posted(xml), expectations());
    expect(verified).toMatchObject({
      encrypted: true,
      signed: "response",
      nameId: { value: "ada@example.com" },
    });
  });

  test("opens with the old key while the certificate is being replaced", async () => {
    const sp = { entityId: SP, acsUrl: ACS, decryptionKeys: [newPair("new").privateKey, SP_PAIR.privateKey] };
    await expect(verifyResponse(posted(response(GCM)), expectations({ sp }))).resolves.toBeDefined();
  });

  test("refuses an encrypted assertion that nobody signed", async () => {
    expect(await refusalOf(response(GCM, assertionXml()))).toMatchObject({ check: "signature.present" });
  });

  test("refuses an encrypted assertion that somebody else signed", async () => {
    const evil = textOfElement(goodResponse({ pair: EVIL_PAIR }), "saml:Assertion");
    const refusal = await refusalOf(response(GCM, evil));
    expect(refusal).toMatchObject({ check: "assertion.signature.value" });
    expect(refusal.checks.find(({ id }) => id === "assertion.decrypted")?.result).toBe("passed");
    expect(refusal.checks.find(({ id }) => id === "response.status")?.result).toBe("passed");
  });

  test("refuses a plain assertion where encryption is required", async () => {
    const refusal = await refusalOf(goodResponse(), { requireEncryptedAssertion: true });
    expect(refusal).toMatchObject({ check: "assertion.encrypted" });
  });

  test("refuses an encrypted assertion beside a plain one", async () => {
    const xml = responseXml(
      SIGNED + encrypted(assertionXml("eve@example.com", "_e"), SP_PAIR.certificate, GCM),
    );
    expect(await refusalOf(xml)).toMatchObject({ check: "response.assertions" });
  });

  test.each<[string, string]>([
    ["RSA 1.5, which tells its padding", response({ content: "aes256-gcm", key: "rsa-1_5" })],
    ["triple DES", response({ content: "tripledes-cbc", key: "rsa-oaep" })],
    ["a key for somebody else", response(GCM, SIGNED, EVIL_PAIR.certificate)],
    ["a changed ciphertext", response({ ...GCM, tamper: flipped })],
    ["a ciphertext of no length", response({ ...GCM, tamper: () => Buffer.alloc(0) })],
    ["a ciphertext that is too short", response({ ...GCM, tamper: (bytes) => bytes.subarray(0, 20) })],
    ["something that is no assertion", response(GCM, responseXml())],
    [
      "two assertions in one",
      response(
        GCM,
        assertionXml("eve@example.com", "_e").replace("</saml:Issuer>", `</saml:Issuer>${SIGNED}`),
      ),
    ],
    ["a DTD inside", response(GCM, `<!DOCTYPE a>${SIGNED}`)],
    ["a comment in a value inside", response(GCM, SIGNED.replace(">ada@", ">ada<!---->@"))],
    [
      "a ciphertext elsewhere",
      response(GCM).replace(
        /<xenc:CipherValue>[^<]*<\/xenc:CipherValue>(?=<\/xenc:CipherData><\/xenc:EncryptedData>)/,
        '<xenc:CipherReference URI="http://169.254.169.254/"/>',
      ),
    ],
    ["no encrypted key", response(GCM).replace(/<xenc:EncryptedKey [\s\S]*<\/xenc:EncryptedKey>/, "")],
    [
      "five encrypted keys",
      response(GCM).replace(/<xenc:EncryptedKey [\s\S]*<\/xenc:EncryptedKey>/, "$&$&$&$&$&"),
    ],
  ])("refuses %s", async (_name, xml) => {
    expect(await refusalOf(xml)).toMatchObject({ check: "assertion.decrypted" });
  });

  test("with CBC, nobody can tell bad padding from bad XML from a bad signature", async () => {
    const lastByte = (bytes: Buffer) =>
      Buffer.concat([
        bytes.subarray(0, -17),
        Buffer.from([(bytes.at(-17) ?? 0) ^ 0xff]),
        bytes.subarray(-16),
      ]);
    const refusals = await Promise.all([
      refusalOf(response({ ...CBC, tamper: lastByte })),
      refusalOf(response(CBC, "<a>no")),
      refusalOf(response(CBC, SIGNED.replace(">ada@", ">eve@"))),
      refusalOf(response(CBC, assertionXml())),
      refusalOf(response(CBC, "x")),
    ]);
    const [first, ...others] = refusals.map(({ check, message, checks }) => ({
      check,
      message,
      lines: checks.map(({ id, result, message }) => ({ id, result, message })),
    }));
    for (const other of others) expect(other).toEqual(first);
  });
});

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(40) ^ 1, 40);
  return changed;
}

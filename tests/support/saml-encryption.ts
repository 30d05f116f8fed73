import {
  constants,
  createCipheriv,
  createHash,
  createPublicKey,
  publicEncrypt,
  randomBytes,
} from "node:crypto";

const XENC = "http://www.w3.org/2001/04/xmlenc#";
const XENC11 = "http://www.w3.org/2009/xmlenc11#";
const DSIG = "http://www.w3.org/2000/09/xmldsig#";

export interface Encryption {
  readonly content: "aes128-cbc" | "aes256-cbc" | "aes128-gcm" | "aes256-gcm" | "tripledes-cbc";
  readonly key: "rsa-oaep-mgf1p" | "rsa-oaep" | "rsa-1_5";
  readonly digest?: "sha1" | "sha256";
  readonly mask?: "sha1" | "sha256";
  /** EncryptedKey beside EncryptedData instead of inside its KeyInfo. */
  readonly keyBeside?: boolean;
  /** Changes the ciphertext, as somebody on the way could. */
  readonly tamper?: (ciphertext: Buffer) => Buffer;
}

/** An EncryptedAssertion made by hand. */
export function encrypted(plain: string, certificate: string, encryption: Encryption): string {
  const { content, key, digest, mask } = encryption;
  const contentKey = randomBytes(/128/.test(content) ? 16 : content === "tripledes-cbc" ? 24 : 32);
  const ciphertext = (encryption.tamper ?? ((bytes) => bytes))(encryptContent(plain, contentKey, content));
  const digestMethod = digest
    ? `<ds:DigestMethod xmlns:ds="${DSIG}" Algorithm="${digest === "sha1" ? DSIG : XENC}${digest}"/>`
    : "";
  const maskMethod = mask ? `<xenc11:MGF xmlns:xenc11="${XENC11}" Algorithm="${XENC11}mgf1${mask}"/>` : "";
  const keyAlgorithm = `${key === "rsa-oaep" ? XENC11 : XENC}${key}`;
  const encryptedKey = `<xenc:EncryptedKey xmlns:xenc="${XENC}"><xenc:EncryptionMethod Algorithm="${keyAlgorithm}">${digestMethod}${maskMethod}</xenc:EncryptionMethod>${cipher(encryptKey(contentKey, certificate, encryption))}</xenc:EncryptedKey>`;
  const keyInfo = `<ds:KeyInfo xmlns:ds="${DSIG}">${encryption.keyBeside ? "" : encryptedKey}</ds:KeyInfo>`;
  const contentAlgorithm = `${content.endsWith("gcm") ? XENC11 : XENC}${content}`;
  return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="${XENC}" Type="${XENC}Element"><xenc:EncryptionMethod Algorithm="${contentAlgorithm}"/>${keyInfo}${cipher(ciphertext)}</xenc:EncryptedData>${encryption.keyBeside ? encryptedKey : ""}</saml:EncryptedAssertion>`;
}

function cipher(bytes: Buffer): string {
  return `<xenc:CipherData><xenc:CipherValue>${bytes.toString("base64")}</xenc:CipherValue></xenc:CipherData>`;
}

function encryptContent(plain: string, key: Buffer, content: Encryption["content"]): Buffer {
  if (content.endsWith("gcm")) {
    const iv = randomBytes(12);
    const cipherer = createCipheriv(content.replace("aes", "aes-") as "aes-256-gcm", key, iv);
    return Buffer.concat([iv, cipherer.update(plain), cipherer.final(), cipherer.getAuthTag()]);
  }
  const isTriple = content === "tripledes-cbc";
  const iv = randomBytes(isTriple ? 8 : 16);
  const cipherer = createCipheriv(isTriple ? "des-ede3-cbc" : content.replace("aes", "aes-"), key, iv);
  return Buffer.concat([iv, cipherer.update(plain), cipherer.final()]);
}

function encryptKey(key: Buffer, certificate: string, { key: algorithm, digest, mask }: Encryption): Buffer {
  if (algorithm === "rsa-1_5")
    return publicEncrypt({ key: certificate, padding: constants.RSA_PKCS1_PADDING }, key);
  const hash = digest ?? "sha1";
  const maskHash = mask ?? "sha1";
  if (hash === maskHash) {
    return publicEncrypt(
      { key: certificate, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash },
      key,
    );
  }
  const block = oaepBlock(
    key,
    createPublicKey(certificate).asymmetricKeyDetails?.modulusLength ?? 0,
    hash,
    maskHash,
  );
  return publicEncrypt({ key: certificate, padding: constants.RSA_NO_PADDING }, block);
}

/** RFC 8017, 7.1.1, with the two digests apart, as Node does not offer it. */
function oaepBlock(message: Buffer, bits: number, digest: string, mask: string): Buffer {
  const label = createHash(digest).digest();
  const zeros = Buffer.alloc(bits / 8 - message.length - 2 * label.length - 2);
  const data = Buffer.concat([label, zeros, Buffer.from([1]), message]);
  const seed = randomBytes(label.length);
  const maskedData = xor(data, mgf1(seed, data.length, mask));
  return Buffer.concat([Buffer.from([0]), xor(seed, mgf1(maskedData, seed.length, mask)), maskedData]);
}

function mgf1(seed: Buffer, length: number, hash: string): Buffer {
  let bytes = Buffer.alloc(0);
  for (let counter = 0; bytes.length < length; counter += 1) {
    const block = createHash(hash)
      .update(seed)
      .update(Buffer.from([0, 0, 0, counter]))
      .digest();
    bytes = Buffer.concat([bytes, block]);
  }
  return bytes.subarray(0, length);
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

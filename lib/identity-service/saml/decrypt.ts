import { createDecipheriv, createPrivateKey, type KeyObject } from "node:crypto";
import { fromBase64 } from "./base64.ts";
import { attributeOf, childOf, childrenOf, type Element, textOf } from "./canonical.ts";
import { DSIG, XENC, XENC11 } from "./names.ts";
import { type Oaep, unwrapKey } from "./oaep.ts";

interface ContentCipher {
  readonly name: string;
  readonly keyBytes: number;
  readonly authenticated: boolean;
}

const CONTENT_CIPHERS: ReadonlyMap<string | null, ContentCipher> = new Map([
  [`${XENC}aes128-cbc`, { name: "aes-128-cbc", keyBytes: 16, authenticated: false }],
  [`${XENC}aes256-cbc`, { name: "aes-256-cbc", keyBytes: 32, authenticated: false }],
  [`${XENC11}aes128-gcm`, { name: "aes-128-gcm", keyBytes: 16, authenticated: true }],
  [`${XENC11}aes256-gcm`, { name: "aes-256-gcm", keyBytes: 32, authenticated: true }],
]);

const RSA_OAEP_MGF1P = `${XENC}rsa-oaep-mgf1p`;
const RSA_OAEP = `${XENC11}rsa-oaep`;
const OAEP_DIGESTS: ReadonlyMap<string, Oaep["digest"]> = new Map([
  [`${DSIG}sha1`, "sha1"],
  [`${XENC}sha256`, "sha256"],
]);
const MASK_DIGESTS: ReadonlyMap<string, Oaep["mask"]> = new Map([
  [`${XENC11}mgf1sha1`, "sha1"],
  [`${XENC11}mgf1sha256`, "sha256"],
]);

/** Each is one RSA operation, asked for by somebody unknown. */
const ENCRYPTED_KEYS_MAX = 4;

/** What an EncryptedAssertion asks for, before anything secret is touched. */
export interface EncryptedContent {
  readonly algorithm: string;
  /** False for CBC: whoever changes the ciphertext must not learn what became of the text. */
  readonly authenticated: boolean;
  /** The plaintext, or null whatever the reason. */
  decrypt(privateKeys: readonly string[]): Buffer | null;
}

/** Reads an EncryptedAssertion; says in a phrase what is not accepted about it. */
export function readEncrypted(encryptedAssertion: Element): EncryptedContent | { readonly problem: string } {
  const data = childOf(encryptedAssertion, XENC, "EncryptedData");
  const algorithm = data && algorithmOf(data);
  const cipher = CONTENT_CIPHERS.get(algorithm);
  if (!data || !cipher)
    return { problem: `The content's encryption ${algorithm ?? "(none named)"} is not accepted.` };
  const content = cipherValueOf(data);
  if (!content) return { problem: "There is no encrypted content in the message itself." };

  const keyInfo = childOf(data, DSIG, "KeyInfo");
  const encryptedKeys = [keyInfo, encryptedAssertion].flatMap((at) =>
    at ? childrenOf(at, XENC, "EncryptedKey") : [],
  );
  if (encryptedKeys.length === 0 || encryptedKeys.length > ENCRYPTED_KEYS_MAX) {
    return {
      problem: `There are ${encryptedKeys.length} encrypted keys; one to ${ENCRYPTED_KEYS_MAX} are read.`,
    };
  }
  const wrapped = encryptedKeys.flatMap(readWrappedKey);
  if (wrapped.length < encryptedKeys.length) {
    return {
      problem: `The key's encryption ${encryptedKeys.map(algorithmOf).join(", ")} is not accepted; use RSA-OAEP.`,
    };
  }
  return {
    algorithm: `${algorithm}, ${encryptedKeys.map(algorithmOf).join(", ")}`,
    authenticated: cipher.authenticated,
    decrypt: (privateKeys) =>
      decryptWithAny(
        privateKeys.map((pem) => createPrivateKey(pem)),
        wrapped,
        cipher,
        content,
      ),
  };
}

interface WrappedKey {
  readonly value: Buffer;
  readonly oaep: readonly Oaep[];
}

/** RSA 1.5 is not among them: its padding tells the patient what is inside (Bleichenbacher). */
function readWrappedKey(encryptedKey: Element): WrappedKey[] {
  const method = childOf(encryptedKey, XENC, "EncryptionMethod");
  const value = cipherValueOf(encryptedKey);
  if (!method || !value) return [];
  const algorithm = attributeOf(method, "Algorithm");
  const digest = OAEP_DIGESTS.get(childAlgorithm(method, DSIG, "DigestMethod") ?? `${DSIG}sha1`);
  const mask = MASK_DIGESTS.get(childAlgorithm(method, XENC11, "MGF") ?? `${XENC11}mgf1sha1`);
  const isKnown = algorithm === RSA_OAEP_MGF1P || algorithm === RSA_OAEP;
  if (!isKnown || !digest || !mask || childOf(method, XENC, "OAEPparams")) return [];
  if (algorithm === RSA_OAEP) return [{ value, oaep: [{ digest, mask }] }];
  // "mgf1p" says MGF1 with SHA-1 whatever the digest is; several products use the digest for both.
  const oaep: Oaep[] =
    digest === "sha1"
      ? [{ digest, mask: "sha1" }]
      : [
          { digest, mask: "sha1" },
          { digest, mask: digest },
        ];
  return [{ value, oaep }];
}

function decryptWithAny(
  privateKeys: readonly KeyObject[],
  wrapped: readonly WrappedKey[],
  cipher: ContentCipher,
  content: Buffer,
): Buffer | null {
  for (const { value, oaep } of wrapped) {
    for (const privateKey of privateKeys) {
      for (const parameters of oaep) {
        const key = unwrapKey(privateKey, value, parameters);
        if (key?.length !== cipher.keyBytes) continue;
        return cipher.authenticated ? openGcm(cipher, key, content) : openCbc(cipher, key, content);
      }
    }
  }
  return null;
}

/** XML encryption 1.1, 5.2.4: 96 bits of IV, the ciphertext, 128 bits of tag. */
function openGcm({ name }: ContentCipher, key: Buffer, content: Buffer): Buffer | null {
  if (content.length < 12 + 16) return null;
  const decipher = createDecipheriv(name as "aes-256-gcm", key, content.subarray(0, 12), {
    authTagLength: 16,
  });
  decipher.setAuthTag(content.subarray(-16));
  const plain = decipher.update(content.subarray(12, -16));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return null; // the tag does not fit: the only way final() can fail
  }
}

/** XML encryption 1.1, 5.2.3: 128 bits of IV; the last byte says how many are padding, the others are anything. */
function openCbc({ name }: ContentCipher, key: Buffer, content: Buffer): Buffer | null {
  if (content.length < 32 || content.length % 16 !== 0) return null;
  const decipher = createDecipheriv(name, key, content.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(content.subarray(16)), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  return padding >= 1 && padding <= 16 ? padded.subarray(0, -padding) : null;
}

function algorithmOf(encrypted: Element): string | null {
  return childAlgorithm(encrypted, XENC, "EncryptionMethod");
}

function childAlgorithm(element: Element, namespace: string, name: string): string | null {
  const child = childOf(element, namespace, name);
  return child && attributeOf(child, "Algorithm");
}

/** Only what is in the message itself: a CipherReference would make us fetch an address of the sender's choice. */
function cipherValueOf(encrypted: Element): Buffer | null {
  const data = childOf(encrypted, XENC, "CipherData");
  const value = data && childOf(data, XENC, "CipherValue");
  return value && fromBase64(textOf(value));
}

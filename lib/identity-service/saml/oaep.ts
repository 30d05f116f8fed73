import { constants, createHash, type KeyObject, privateDecrypt } from "node:crypto";

/** The two digests of RSA-OAEP. XML encryption lets them differ; OpenSSL, as Node gives it to us, does not. */
export interface Oaep {
  readonly digest: "sha1" | "sha256";
  readonly mask: "sha1" | "sha256";
}

/** The key inside, or null. Nothing tells why: any difference would let an attacker decrypt (Manger). */
export function unwrapKey(privateKey: KeyObject, wrapped: Buffer, { digest, mask }: Oaep): Buffer | null {
  if (privateKey.asymmetricKeyType !== "rsa") return null;
  if (wrapped.length !== modulusBytes(privateKey)) return null;
  try {
    if (digest === mask) {
      return privateDecrypt(
        { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: digest },
        wrapped,
      );
    }
    const block = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, wrapped);
    return unpad(block, { digest, mask });
  } catch {
    return null; // OpenSSL's reasons must stay its own
  }
}

/** RFC 8017, 7.1.2, step 3, with an empty label. Looks at every byte before it decides. */
function unpad(block: Buffer, { digest, mask }: Oaep): Buffer | null {
  const labelHash = createHash(digest).digest();
  const size = labelHash.length;
  const seed = xor(block.subarray(1, 1 + size), mgf1(block.subarray(1 + size), size, mask));
  const data = xor(block.subarray(1 + size), mgf1(seed, block.length - 1 - size, mask));
  let wrong = block[0] ?? 1;
  for (let index = 0; index < size; index += 1) wrong |= (data[index] ?? 0) ^ (labelHash[index] ?? 0);
  // The text begins after the first 0x01 that follows zeros only.
  let begins = 0;
  let isZeros = 1;
  for (let index = size; index < data.length; index += 1) {
    const byte = data[index] ?? 0;
    const isOne = Number(byte === 1) & isZeros;
    begins |= isOne * (index + 1);
    wrong |= Number(byte > 1) & isZeros;
    isZeros &= Number(byte === 0);
  }
  return wrong === 0 && begins > 0 ? data.subarray(begins) : null;
}

function mgf1(seed: Buffer, length: number, hash: Oaep["mask"]): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0, bytes = 0; bytes < length; counter += 1) {
    const suffix = Buffer.alloc(4);
    suffix.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(suffix).digest();
    blocks.push(block);
    bytes += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

function modulusBytes(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

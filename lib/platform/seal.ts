import "server-only";
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { env } from "./env.ts";

/**
 * Seals a secret for storage: AES-256-GCM, `v1.<key id>.<nonce>.<ciphertext and tag>`, base64url.
 * @param context where it is kept, such as `environment:env_…:driver_key`. It is authenticated, so that a sealed value moved
 *   to another row no longer opens.
 */
export function seal(plaintext: string, context: string): string {
  const { key, id } = sealingKey();
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return ["v1", id, nonce.toString("base64url"), body.toString("base64url")].join(".");
}

/** @throws Error when the value was altered, belongs elsewhere, or was sealed under a key this program does not have. */
export function open(sealed: string, context: string): string {
  const { key, id } = sealingKey();
  const [version, keyId, nonce, body, ...rest] = sealed.split(".");
  if (version !== "v1" || !nonce || !body || rest.length > 0) throw new Error("This is not a sealed value.");
  if (keyId !== id)
    throw new Error("This value was sealed under another key. Restore secrets.json of this installation.");
  const bytes = Buffer.from(body, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), {
    authTagLength: 16, // or a tag cut short would be compared as far as it goes
  })
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
}

/** What may be compared or looked up without being kept: SHA-256 of a secret that is itself long and random. */
export function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/**
 * The same for what people type, which is too short to be kept under a bare hash: HMAC-SHA256 under this installation's
 * key, so that a stolen table alone does not give it away.
 * @param context what it is for, so that the same words mean something else elsewhere.
 */
export function keyedFingerprint(secret: string, context: string): string {
  return createHmac("sha256", sealingKey().key).update(`${context}\n${secret}`).digest("hex");
}

/** A secret nobody can guess: 256 random bits in base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

function sealingKey(): { key: Buffer; id: string } {
  const key = Buffer.from(env().sealingKey, "base64");
  if (key.length !== 32) throw new Error("SALLYPORT_SEALING_KEY must be 32 bytes in base64.");
  return { key, id: createHash("sha256").update(key).digest("hex").slice(0, 8) };
}

import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomBytes } from "node:crypto";

/** Seals secrets for storage. `context` says where a value is kept and is authenticated: moved elsewhere, it no longer opens. */
export interface Sealer {
  seal(plaintext: string, context: string): string;
  /** @throws Error when the value was altered, belongs elsewhere, or was sealed under another key. */
  open(sealed: string, context: string): string;
}

/**
 * AES-256-GCM envelopes, `v1.<key id>.<nonce>.<ciphertext and tag>`, under one program's own sealing key of 32 bytes in base64.
 * `random` gives as many random bytes as it is asked for.
 */
export function createSealer(keyBase64: string, random: (bytes: number) => Buffer = randomBytes): Sealer {
  const secret = Buffer.from(keyBase64, "base64");
  const keyId = createHash("sha256").update(secret).digest("hex").slice(0, 8);
  // Given its bytes, Node takes three times as long for each value as all else about sealing it.
  const key = createSecretKey(secret);
  return {
    seal(plaintext, context) {
      const nonce = random(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return ["v1", keyId, nonce.toString("base64url"), body.toString("base64url")].join(".");
    },
    open(sealed, context) {
      const [version, sealedWith, nonce, body, ...rest] = sealed.split(".");
      if (version !== "v1" || !nonce || !body || rest.length > 0)
        throw new Error("This is not a sealed value.");
      if (sealedWith !== keyId)
        throw new Error("This value was sealed under another key than this service has.");
      const bytes = Buffer.from(body, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), {
        authTagLength: 16, // or a tag cut short would be compared as far as it goes
      })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
    },
  };
}

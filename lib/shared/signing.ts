import { createPublicKey, type KeyObject } from "node:crypto";

// What files that are signed and carried have in common: one way to write a document, and one way to write a key.

/** The canonical form: keys in their order, nothing between. Two that say the same are the same to the byte. */
export function canonicalJson(document: unknown): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** The public key of 32 bytes in base64url, as people compare and configure it. */
export function publicKeyText(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return x ?? "";
}

/** The key that a text of 43 characters is; null where it is none. */
export function readPublicKey(text: string): KeyObject | null {
  try {
    return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: text }, format: "jwk" });
  } catch {
    return null;
  }
}

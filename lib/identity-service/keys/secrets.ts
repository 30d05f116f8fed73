import { createHash, hash, timingSafeEqual } from "node:crypto";
import { encodeTime } from "ulid";
import { drawRandom } from "./random.ts";

/** A secret nobody can guess: 256 random bits in base64url. */
export function randomSecret(): string {
  return drawRandom(32).toString("base64url");
}

/**
 * What is kept of a secret. One plain SHA-256 is enough for 256 random bits: there is nothing to guess, and it is what
 * lets a key be looked up. Passwords need more: see users/password.ts.
 */
export function hashSecret(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** Compares without telling by its time how much was right. */
export function sameSecret(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** The S256 code challenge of a PKCE verifier (RFC 7636, 4.2). */
export function codeChallenge(verifier: string): string {
  return hash("sha256", verifier, "base64url");
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A bare ULID, as applications expect codes to look: all 80 bits behind the time are random, which those of ids are not. */
export function newCode(now: Date): string {
  const random = Array.from(drawRandom(16), (byte) => CROCKFORD[byte & 31]).join("");
  return `${encodeTime(now.getTime(), 10)}${random}`;
}

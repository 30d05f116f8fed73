import { createHmac, timingSafeEqual } from "node:crypto";

/** What is wrong with a delivery's signature. The record names it; the sender is told no more than that it is refused. */
export type SignatureProblem = "signature_missing" | "signature_malformed" | "timestamp" | "signature_wrong";

export type SignatureReading =
  | { ok: true; signedAt: Date; signature: Buffer }
  | { ok: false; problem: SignatureProblem };

/** Thirteen digits are milliseconds until the year 2286; what is shorter is seconds, or nothing. */
const HEADER = /^t=(\d{13}), ?v1=([0-9a-f]{64})$/;

/**
 * The `WorkOS-Signature` header of a delivery. Milliseconds, and a blank behind the comma: official SDKs read it no other
 * way.
 */
export function signatureHeader(secret: string, body: string | Uint8Array, now: Date): string {
  const timestamp = String(now.getTime());
  return `t=${timestamp}, v1=${hmac(secret, timestamp, body).toString("hex")}`;
}

/**
 * Checks the header against the bytes that were received: a body parsed and written anew is another one. Any of the
 * secrets will do, for the sender changes to a new one at a moment that nobody here knows. A time ahead of ours by more
 * than the tolerance is refused too: it could be sent again for as long as it lies ahead.
 */
export function readSignature(
  header: string | undefined,
  body: Uint8Array,
  { secrets, toleranceMs, now }: { secrets: readonly string[]; toleranceMs: number; now: Date },
): SignatureReading {
  if (header === undefined) return { ok: false, problem: "signature_missing" };
  const [, timestamp, hex] = HEADER.exec(header) ?? [];
  if (timestamp === undefined || hex === undefined) return { ok: false, problem: "signature_malformed" };
  const signature = Buffer.from(hex, "hex");
  // The signature first: whoever has no secret is not told how far off our clock is.
  let holds = false;
  for (const secret of secrets) if (timingSafeEqual(hmac(secret, timestamp, body), signature)) holds = true;
  if (!holds) return { ok: false, problem: "signature_wrong" };
  const signedAt = new Date(Number(timestamp));
  if (Math.abs(now.getTime() - signedAt.getTime()) > toleranceMs) return { ok: false, problem: "timestamp" };
  return { ok: true, signedAt, signature };
}

function hmac(secret: string, timestamp: string, body: string | Uint8Array): Buffer {
  return createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
}

import { createHmac } from "node:crypto";

/**
 * The `WorkOS-Signature` header of a delivery. Milliseconds, and a blank behind the comma: official SDKs read it no other
 * way.
 */
export function signatureHeader(secret: string, body: string, now: Date): string {
  const timestamp = now.getTime();
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return `t=${timestamp}, v1=${signature}`;
}

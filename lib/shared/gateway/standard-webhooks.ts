import { createHmac } from "node:crypto";

const STANDARD_PREFIX = "whsec_";

/** The headers of a delivery by Standard Webhooks, with a signature of each secret: any that fits is enough for a verifier. */
export function standardSignature(
  secrets: readonly string[],
  id: string,
  body: string,
  now: Date,
): { "webhook-id": string; "webhook-timestamp": string; "webhook-signature": string } {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signatures = secrets.map((secret) => {
    const digest = createHmac("sha256", standardKey(secret))
      .update(`${id}.${timestamp}.${body}`)
      .digest("base64");
    return `v1,${digest}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

/** Whether a secret has the form that Standard Webhooks demand: verifiers refuse to begin with any other. */
export function isStandardSecret(secret: string): boolean {
  const text = secret.startsWith(STANDARD_PREFIX) ? secret.slice(STANDARD_PREFIX.length) : secret;
  return text.length >= 32 && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
}

function standardKey(secret: string): Buffer {
  const text = secret.startsWith(STANDARD_PREFIX) ? secret.slice(STANDARD_PREFIX.length) : secret;
  return Buffer.from(text, "base64");
}

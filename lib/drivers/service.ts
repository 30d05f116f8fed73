import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { z } from "zod";
import { declined } from "#lib/shared/refusals.ts";
import { strangeAnswer } from "./refusal.ts";

/** Who an offline identity service says it is, proven by its signature over our nonce and its own address. */
export interface ServiceFacts {
  id: string;
  name: string;
  version: string;
  publicKey: string; // PEM, Ed25519
  baseUrl: string;
}

const Hello = z.object({
  object: z.literal("service"),
  id: z.string().min(1),
  name: z.string(),
  version: z.string(),
  public_key: z.string().startsWith("-----BEGIN PUBLIC KEY-----"),
  signature: z.string(),
  base_url: z.url(),
});

/**
 * Asks the host at `baseUrl` to prove that it is the service we know. Nothing secret is sent.
 * @param pinnedKey the key pinned when the service was registered; null the first time, when its key is believed and
 *   a person compares the fingerprint.
 * @throws AppError `forbidden` when the host cannot prove it: another host answers at that address.
 */
export async function meetService(
  baseUrl: string,
  pinnedKey: string | null,
  ask: typeof fetch,
): Promise<ServiceFacts> {
  const nonce = randomBytes(32).toString("hex");
  const response = await ask(`${baseUrl}/sallyport/v1/service?nonce=${nonce}`);
  const hello = Hello.safeParse(await response.json().catch(() => null));
  if (!hello.success) throw strangeAnswer(`The service at ${baseUrl}`, hello.error);
  const { public_key, signature, base_url, ...facts } = hello.data;
  // 1. The key is the one we pinned, not the one that came with the answer.
  if (pinnedKey !== null && !sameKey(pinnedKey, public_key))
    throw declined("forbidden", "service_other_key", { baseUrl });
  // 2. It signed our nonce, so this answer is fresh, and its address, so nobody merely passes on another host's answer.
  const signed = Buffer.from(`sallyport-service\n${nonce}\n${base_url}`);
  if (!verify(null, signed, ed25519(public_key), Buffer.from(signature, "base64url")))
    throw declined("forbidden", "service_no_proof", { baseUrl });
  // 3. The address it signed is the one we called.
  if (new URL(base_url).origin !== new URL(baseUrl).origin)
    throw declined("forbidden", "service_moved", { baseUrl, said: base_url });
  return { id: facts.id, name: facts.name, version: facts.version, publicKey: public_key, baseUrl };
}

/** What two people read to each other to be sure they mean the same service. */
export function keyFingerprint(publicKey: string): string {
  const der = ed25519(publicKey).export({ type: "spki", format: "der" });
  const hex = createHash("sha256").update(der).digest("hex").slice(0, 32);
  return (hex.match(/.{4}/g) ?? []).join(" ");
}

function sameKey(one: string, other: string): boolean {
  return keyFingerprint(one) === keyFingerprint(other);
}

function ed25519(pem: string) {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw strangeAnswer("The service");
  return key;
}

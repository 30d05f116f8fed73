import type { KeyObject } from "node:crypto";
import { fingerprintOf, readCertificate, weaknessOf } from "./certificates.ts";

/** More than any identity provider needs while it replaces a key; each one costs a signature check. */
const KEYS_MAX = 10;
const REMEMBERED_MAX = 1_000;
const remembered = new Map<string, TrustedKey | string>();

/** Node asks OpenSSL for a key's type each time; here it is asked once. */
export interface TrustedKey {
  readonly key: KeyObject;
  readonly type: string;
  /** SHA-256 of its certificate, as it is shown wherever certificates are. */
  readonly fingerprint: string;
}

/**
 * The public keys of a connection's certificates. A certificate is only the key's wrapping here: its expiry and issuer
 * say nothing about trust, which comes from the administrator who entered it (SAML metadata interoperability 2.6.1).
 */
export function trustedKeys(certificates: readonly string[]): { keys: TrustedKey[]; problems: string[] } {
  const found = certificates.slice(0, KEYS_MAX).map(keyOf);
  return {
    keys: found.filter((key) => typeof key !== "string"),
    problems: found.filter((problem) => typeof problem === "string"),
  };
}

/** The key, or why it cannot be trusted. Parsing costs as much as verifying, so keys are kept. */
function keyOf(certificate: string): TrustedKey | string {
  const known = remembered.get(certificate);
  if (known !== undefined) return known;
  const key = readKey(certificate);
  if (remembered.size >= REMEMBERED_MAX) remembered.delete(remembered.keys().next().value ?? "");
  remembered.set(certificate, key);
  return key;
}

function readKey(certificate: string): TrustedKey | string {
  try {
    const read = readCertificate(certificate);
    const { publicKey: key } = read;
    return (
      weaknessOf(key) ?? { key, type: key.asymmetricKeyType ?? "unknown", fingerprint: fingerprintOf(read) }
    );
  } catch {
    return "it is not an X.509 certificate";
  }
}

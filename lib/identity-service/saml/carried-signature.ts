import { fromBase64 } from "./base64.ts";
import { SIGNATURES } from "./names.ts";
import { fingerprintsOf, isSignedByAny, type SignatureTrust } from "./signature.ts";
import type { Trace } from "./trace.ts";

/** The parameters of a message that came by redirect, each as it stood in the address. */
export interface CarriedQuery {
  readonly field: "SAMLRequest" | "SAMLResponse";
  readonly raw: ReadonlyMap<string, string>;
}

/**
 * Finds the message in a query. Not decoded: the signature is over what was sent, and identity providers write the same
 * address in several ways. Null where there is no message, two of them, or anything given twice.
 */
export function readCarriedQuery(query: string): CarriedQuery | null {
  const raw = new Map<string, string>();
  for (const pair of query.split("&")) {
    const at = pair.indexOf("=");
    const name = at < 0 ? pair : pair.slice(0, at);
    if (!NAMES.has(name)) continue;
    if (raw.has(name)) return null;
    raw.set(name, pair.slice(at + 1));
  }
  if (raw.has("SAMLRequest") === raw.has("SAMLResponse")) return null;
  return { field: raw.has("SAMLRequest") ? "SAMLRequest" : "SAMLResponse", raw };
}

const NAMES = new Set(["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature"]);

/** A parameter's value; null where it is missing or cannot be decoded. */
export function decoded({ raw }: CarriedQuery, name: string): string | null {
  const value = raw.get(name);
  try {
    return value === undefined ? null : decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return null;
  }
}

/**
 * Verifies the signature beside a message (SAML bindings 3.4.4.1). It covers the message whole, whatever is inside.
 * @throws SamlRefusal
 */
export function verifyCarriedSignature(query: CarriedQuery, trust: SignatureTrust, trace: Trace): void {
  const name = decoded(query, "SigAlg");
  const value = fromBase64((decoded(query, "Signature") ?? "").replaceAll(" ", "+"));
  trace.require(name !== null && value !== null, "message.signed", {
    message: "The message is not signed. Let the identity provider sign its logout messages.",
  });
  const algorithm = SIGNATURES.get(name);
  if (!algorithm)
    trace.refuse("message.signature.algorithms", {
      message: "The signature uses an algorithm that is not accepted.",
      found: name,
    });
  trace.require(trust.allowSha1 || algorithm.hash !== "sha1", "message.signature.algorithms", {
    message:
      "The signature uses SHA-1, which can be forged. Set the identity provider to SHA-256, or allow SHA-1 on this connection.",
    expected: "SHA-256 or better",
    found: name,
  });
  const signed = [query.field, "RelayState", "SigAlg"]
    .filter((each) => query.raw.has(each))
    .map((each) => `${each}=${query.raw.get(each)}`)
    .join("&");
  trace.require(isSignedByAny(trust.keys, algorithm, Buffer.from(signed), value), "message.signature.value", {
    message:
      "The signature was not made with any of this connection's certificates, or something was changed after it.",
    expected: fingerprintsOf(trust),
  });
}

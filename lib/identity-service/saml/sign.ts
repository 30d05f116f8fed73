import { createHash, sign } from "node:crypto";
import { bareBase64 } from "./certificates.ts";
import { DSIG, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, RSA_SHA256, SHA256 } from "./names.ts";
import type { SigningPair } from "./types.ts";
import { element, text } from "./xml-text.ts";

/**
 * An enveloped signature (RSA-SHA256) for a document of ours. `unsigned` is the document without it, in canonical form as
 * xml-text.ts writes it, its root carrying the ID.
 */
export function envelopedSignature(
  unsigned: string,
  id: string,
  { privateKey, certificate }: SigningPair,
): string {
  const digest = createHash("sha256").update(unsigned).digest("base64");
  // Standing alone, as it is signed, SignedInfo declares its namespace itself; inside Signature it inherits it.
  const alone = signedInfo(id, digest, { "xmlns:ds": DSIG });
  const value = sign("sha256", Buffer.from(alone), privateKey).toString("base64");
  return element(
    "ds:Signature",
    { "xmlns:ds": DSIG },
    signedInfo(id, digest, {}),
    element("ds:SignatureValue", {}, value),
    element("ds:KeyInfo", {}, x509Data(certificate)),
  );
}

/** A certificate as KeyInfo carries it. */
export function x509Data(certificate: string): string {
  return element("ds:X509Data", {}, element("ds:X509Certificate", {}, text(bareBase64(certificate))));
}

function signedInfo(id: string, digest: string, declarations: Readonly<Record<string, string>>): string {
  const algorithm = (name: string, uri: string) => element(name, { Algorithm: uri });
  const transforms = [
    algorithm("ds:Transform", ENVELOPED_SIGNATURE),
    algorithm("ds:Transform", EXCLUSIVE_C14N),
  ];
  return element(
    "ds:SignedInfo",
    declarations,
    algorithm("ds:CanonicalizationMethod", EXCLUSIVE_C14N),
    algorithm("ds:SignatureMethod", RSA_SHA256),
    element(
      "ds:Reference",
      { URI: `#${id}` },
      element("ds:Transforms", {}, ...transforms),
      algorithm("ds:DigestMethod", SHA256),
      element("ds:DigestValue", {}, digest),
    ),
  );
}

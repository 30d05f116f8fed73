import type { XmlElement } from "libxml2-wasm";
import { childOf, type Element, readCanonical } from "./canonical.ts";
import { readEncrypted } from "./decrypt.ts";
import { locateDecrypted } from "./locate.ts";
import { ASSERTION } from "./names.ts";
import { type SignatureTrust, verifySignature } from "./signature.ts";
import { NOT_REACHED, Trace } from "./trace.ts";
import { type Expectations, SamlRefusal } from "./types.ts";
import { withXml, type Xml } from "./xml.ts";
import { XmlProblem } from "./xml-problem.ts";

interface Encrypted {
  readonly xml: Xml;
  readonly element: XmlElement;
  /** The response, where its signature covers the ciphertext. */
  readonly signedResponse: Element | null;
}

interface Decrypted {
  readonly assertion: Element;
  readonly isSigned: boolean;
}

/**
 * Opens an EncryptedAssertion and verifies the signature inside, if there is one. Encryption proves nothing about the
 * sender, anybody has our public key: whether there was a signature is for the caller to require.
 * @throws SamlRefusal
 */
export function decryptAssertion(
  { xml, element, signedResponse }: Encrypted,
  trust: SignatureTrust,
  expected: Expectations,
  trace: Trace,
): Decrypted {
  const encrypted = signedResponse
    ? childOf(signedResponse, ASSERTION, "EncryptedAssertion")
    : readCanonical(xml.canonicalBytes(element));
  if (!encrypted)
    trace.refuse("assertion.decrypted", { message: "What was signed holds no encrypted assertion." });
  const content = readEncrypted(encrypted);
  if ("problem" in content) trace.refuse("assertion.decrypted", { message: content.problem });
  const plain = content.decrypt(expected.sp.decryptionKeys);
  const inner = new Trace();
  const mayTell = content.authenticated || signedResponse !== null;
  const opened = plain && openQuietly(plain, mayTell, trust, inner);
  trace.require(opened !== null, "assertion.decrypted", {
    message:
      "The assertion could not be decrypted, or was changed. Does the identity provider encrypt with this connection's current certificate?",
    found: content.algorithm,
  });
  trace.adopt(inner);
  if (opened instanceof SamlRefusal)
    throw new SamlRefusal(opened.check, opened.message, trace.all(NOT_REACHED));
  return opened;
}

/**
 * With CBC and no signature over the ciphertext, an attacker who could tell bad padding from bad XML from a bad signature
 * could read the assertion byte by byte (XML encryption 1.1, 6.1.1). All of these are one refusal, then.
 */
function openQuietly(
  plain: Buffer,
  mayTell: boolean,
  trust: SignatureTrust,
  inner: Trace,
): Decrypted | SamlRefusal | null {
  try {
    const opened = withXml(plain, (xml) => open(xml, trust, inner));
    return opened?.isSigned || mayTell ? opened : null;
  } catch (error) {
    if (error instanceof XmlProblem) return null;
    if (error instanceof SamlRefusal) return mayTell ? error : null;
    throw error;
  }
}

function open(xml: Xml, trust: SignatureTrust, inner: Trace): Decrypted | null {
  const located = locateDecrypted(xml);
  if (!located) return null;
  const { assertion: parent, signature } = located;
  if (!signature) return { assertion: readCanonical(xml.canonicalBytes(parent)), isSigned: false };
  return {
    assertion: verifySignature(xml, { kind: "assertion", signature, parent }, trust, inner),
    isSigned: true,
  };
}

import type { XmlElement } from "libxml2-wasm";
import { ASSERTION, PROTOCOL } from "./names.ts";
import type { Trace } from "./trace.ts";
import type { Xml } from "./xml.ts";

/** Where in the message things stand. Nothing of what they say is believed yet. */
export interface Located {
  readonly responseSignature: XmlElement | null;
  readonly assertion: XmlElement | null;
  readonly assertionSignature: XmlElement | null;
  readonly encryptedAssertion: XmlElement | null;
}

/**
 * Every assertion and every signature must stand in its one right place. All signature wrapping moves one of them
 * elsewhere (Extensions, Object, Advice, a sibling, a wrapper) and hopes that two readers pick differently.
 */
export function locate(xml: Xml, trace: Trace): Located {
  requireTidy(xml, trace);
  const { root } = xml;
  trace.require(root.name === "Response" && root.namespaceUri === PROTOCOL, "response.shape", {
    message:
      "This is not a SAML response. The identity provider must send the answer of a sign-in to this address.",
    expected: `{${PROTOCOL}}Response`,
    found: `{${root.namespaceUri}}${root.name}`,
  });
  const { signatures: all, assertions } = xml.signedParts();
  const [first] = assertions;
  trace.require(assertions.length <= 1 && (!first || isChildOf(first, root)), "response.assertions", {
    message:
      "There is more than one assertion, or it is not the response's own: the mark of a wrapping attack.",
    expected: "at most 1, directly in the response",
    found: String(assertions.length),
  });
  const assertion = first?.name === "Assertion" ? first : null;
  const signatures = locateSignatures(xml, all, assertion);
  trace.require(signatures !== null, "response.signatures", {
    message:
      "A signature stands where none belongs, or there are two in one place: the mark of a wrapping attack.",
    expected: "at most one in the response and one in its assertion",
    found: String(all.length),
  });
  return {
    responseSignature: signatures.ofResponse,
    assertion,
    assertionSignature: signatures.ofAssertion,
    encryptedAssertion: first && !assertion ? first : null,
  };
}

/** The same for what came out of an EncryptedAssertion. Null for whatever reason: the sender must not learn which. */
export function locateDecrypted(xml: Xml): { assertion: XmlElement; signature: XmlElement | null } | null {
  const { root } = xml;
  const { signatures: all, assertions } = xml.signedParts();
  const isAlone = root.name === "Assertion" && root.namespaceUri === ASSERTION && assertions.length === 1;
  const signatures = isAlone ? locateSignatures(xml, all, root) : null;
  if (!signatures || xml.hasInstructions() || xml.hasCommentsInValues() || repeated(xml.ids()) !== null)
    return null;
  return { assertion: root, signature: signatures.ofAssertion };
}

/** Nothing in it that two readers could read differently. */
export function requireTidy(xml: Xml, trace: Trace): void {
  trace.require(!xml.hasInstructions(), "message.instructions", {
    message: "The message holds a processing instruction, which no identity provider sends.",
  });
  trace.require(!xml.hasCommentsInValues(), "message.comments", {
    message:
      "The message holds a comment inside a value or a signature: the mark of an attempt to have half of it read.",
  });
  const ids = xml.ids();
  trace.require(repeated(ids) === null, "message.ids", {
    message: "Two elements have the same ID, so a signature could mean either.",
    found: repeated(ids) ?? `${ids.length} IDs`,
  });
}

function locateSignatures(
  xml: Xml,
  all: readonly XmlElement[],
  assertion: XmlElement | null,
): { ofResponse: XmlElement | null; ofAssertion: XmlElement | null } | null {
  const ofAssertion = assertion ? all.filter((signature) => isChildOf(signature, assertion)) : [];
  const ofResponse = assertion?.isSameNode(xml.root)
    ? []
    : all.filter((signature) => isChildOf(signature, xml.root));
  const isPlaced =
    ofAssertion.length <= 1 &&
    ofResponse.length <= 1 &&
    all.length === ofAssertion.length + ofResponse.length;
  return isPlaced ? { ofResponse: ofResponse[0] ?? null, ofAssertion: ofAssertion[0] ?? null } : null;
}

function isChildOf(element: XmlElement, parent: XmlElement): boolean {
  return element.parent?.isSameNode(parent) ?? false;
}

function repeated(values: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) return value;
    seen.add(value);
  }
  return null;
}

import { createHash, createVerify, timingSafeEqual, verify } from "node:crypto";
import type { XmlElement } from "libxml2-wasm";
import { fromBase64 } from "./base64.ts";
import { attributeOf, childrenOf, type Element, isNamed, readCanonical, textOf } from "./canonical.ts";
import { fingerprintOf, readCertificate } from "./certificates.ts";
import { DIGESTS, DSIG, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, SIGNATURES } from "./names.ts";
import type { CheckId, Trace } from "./trace.ts";
import type { TrustedKey } from "./trusted-keys.ts";
import type { Xml } from "./xml.ts";

/** What a signature is checked against. */
export interface SignatureTrust {
  readonly keys: readonly TrustedKey[];
  readonly allowSha1: boolean;
}

/** One signature to check: where it stands, and the element it must cover, which is its parent. */
export interface SignatureToVerify {
  readonly kind: "response" | "assertion" | "message";
  readonly signature: XmlElement;
  readonly parent: XmlElement;
}

/**
 * Verifies an enveloped signature and returns the element it covers, read from the very bytes whose digest was signed.
 * Takes signature and element out of the document on the way, as the enveloped-signature transform says.
 * @throws SamlRefusal
 */
export function verifySignature(
  xml: Xml,
  what: SignatureToVerify,
  trust: SignatureTrust,
  trace: Trace,
): Element {
  const check = (name: string) => `${what.kind}.signature.${name}` as CheckId;
  const [signedInfo, value] = requireParts(xml, what, check("shape"), trace);
  // SignedInfo is believed only in its canonical form, the one that was signed.
  const signedBytes = xml.canonicalBytes(signedInfo, prefixesAsWritten(xml, signedInfo));
  const info = readCanonical(signedBytes);
  const [canonicalization, method, reference] = requireSignedInfo(info, check("shape"), trace);

  const uri = attributeOf(reference, "URI");
  const id = what.parent.attr("ID")?.value ?? "";
  trace.require(id !== "" && uri === `#${id}`, check("reference"), {
    message: `The signature covers something else than the ${what.kind} it stands in: the mark of a wrapping attack.`,
    expected: `#${id}`,
    found: uri,
  });
  const prefixes = requireTransforms(canonicalization, reference, check("transforms"), trace);
  const { hash, algorithm } = requireAlgorithms(method, reference, trust, check("algorithms"), trace);

  const isTrusted = isSignedByAny(trust.keys, algorithm, signedBytes, value);
  trace.require(isTrusted, check("value"), {
    message:
      "The signature was not made with any of this connection's certificates. If the identity provider has a new one, add it.",
    ...(isTrusted ? {} : { expected: fingerprintsOf(trust), found: claimedFingerprint(xml, what.signature) }),
  });

  xml.detach(what.signature);
  const covered = xml.canonicalBytes(what.parent, prefixes);
  const digest = createHash(hash).update(covered).digest();
  const claimed = fromBase64(onlyText(reference, "DigestValue")) ?? Buffer.alloc(0);
  trace.require(claimed.length === digest.length && timingSafeEqual(claimed, digest), check("digest"), {
    message: `The ${what.kind} was changed after it was signed.`,
    found: claimed.toString("base64"),
    expected: digest.toString("base64"),
  });
  return readCanonical(covered);
}

export function fingerprintsOf({ keys }: SignatureTrust): string {
  return keys.map(({ fingerprint }) => fingerprint).join(", ");
}

/** By which certificate a message says that it was signed. Only to tell it to whoever looks for the mistake. */
function claimedFingerprint(xml: Xml, signature: XmlElement): string | null {
  const inside = (elements: readonly XmlElement[], name: string) =>
    elements.filter((each) => each.name === name).flatMap((each) => xml.childrenOf(each));
  const claimed = inside(inside(xml.childrenOf(signature), "KeyInfo"), "X509Data");
  const certificate = claimed.find(({ name }) => name === "X509Certificate");
  try {
    return certificate ? fingerprintOf(readCertificate(certificate.content)) : null;
  } catch {
    return null;
  }
}

/** Exactly SignedInfo, SignatureValue and perhaps KeyInfo, which is not looked at: trust does not come with the message. */
function requireParts(
  xml: Xml,
  { kind, signature }: SignatureToVerify,
  id: CheckId,
  trace: Trace,
): [signedInfo: XmlElement, value: Buffer] {
  const parts = xml.childrenOf(signature);
  const names = parts.map((part) =>
    part.namespaceUri === DSIG ? part.name : `{${part.namespaceUri}}${part.name}`,
  );
  const [signedInfo, signatureValue] = parts;
  const value = fromBase64(signatureValue?.content ?? "");
  if (!/^SignedInfo,SignatureValue(,KeyInfo)?$/.test(names.join()) || !signedInfo || !value) {
    trace.refuse(id, {
      message: `The ${kind}'s signature is not built as expected.`,
      expected: "SignedInfo, SignatureValue, KeyInfo",
      found: names.join(", "),
    });
  }
  return [signedInfo, value];
}

/** Exactly one of each: a second Reference or SignedInfo is how CVE-2025-29774 signed one thing and read another. */
function requireSignedInfo(info: Element, id: CheckId, trace: Trace): [Element, Element, Element] {
  const [canonicalization, method, reference, ...more] = info.children;
  const isWhole =
    isNamed(info, DSIG, "SignedInfo") &&
    more.length === 0 &&
    canonicalization !== undefined &&
    isNamed(canonicalization, DSIG, "CanonicalizationMethod") &&
    method !== undefined &&
    isNamed(method, DSIG, "SignatureMethod") &&
    reference !== undefined &&
    isNamed(reference, DSIG, "Reference") &&
    reference.children.map(({ name }) => name).join() === "Transforms,DigestMethod,DigestValue" &&
    reference.children.every(({ namespace }) => namespace === DSIG);
  trace.require(isWhole, id, {
    message:
      "SignedInfo must hold one canonicalization, one signature method and one reference, and nothing else.",
    found: info.children.map(({ name }) => name).join(", "),
  });
  return [canonicalization, method, reference];
}

/** Returns the namespace prefixes that the last transform keeps. */
function requireTransforms(
  canonicalization: Element,
  reference: Element,
  id: CheckId,
  trace: Trace,
): readonly string[] {
  const transforms = (reference.children[0]?.children ?? []).filter((child) =>
    isNamed(child, DSIG, "Transform"),
  );
  const [enveloped, exclusive] = transforms;
  const algorithms = [...transforms, canonicalization].map((element) => attributeOf(element, "Algorithm"));
  const holds =
    reference.children[0]?.children.length === 2 &&
    algorithms.join() === [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, EXCLUSIVE_C14N].join() &&
    enveloped !== undefined &&
    exclusive !== undefined &&
    // xml-crypto puts the prefixes into the first transform too, where they mean nothing.
    [enveloped, exclusive, canonicalization].every(hasOnlyPrefixes);
  trace.require(holds, id, {
    message:
      "A signature may use the transforms enveloped-signature and exclusive canonicalization, and no other.",
    expected: `${ENVELOPED_SIGNATURE}, ${EXCLUSIVE_C14N}`,
    found: algorithms.join(", "),
  });
  return prefixesOf(exclusive);
}

function requireAlgorithms(
  method: Element,
  reference: Element,
  trust: SignatureTrust,
  id: CheckId,
  trace: Trace,
) {
  const digestMethod = reference.children[1];
  const names = [method, digestMethod].map((element) => element && attributeOf(element, "Algorithm"));
  const algorithm = SIGNATURES.get(names[0] ?? "");
  const hash = DIGESTS.get(names[1] ?? "");
  const found = names.join(", ");
  // Parameters (HMACOutputLength, CVE-2009-0217) have no place in any of the algorithms that are left.
  const hasParameters = method.children.length > 0 || (digestMethod?.children.length ?? 0) > 0;
  if (!algorithm || !hash || hasParameters) {
    trace.refuse(id, { message: "The signature uses an algorithm that is not accepted.", found });
  }
  trace.require(trust.allowSha1 || (algorithm.hash !== "sha1" && hash !== "sha1"), id, {
    message:
      "The signature uses SHA-1, which can be forged. Set the identity provider to SHA-256, or allow SHA-1 on this connection.",
    expected: "SHA-256 or better",
    found,
  });
  return { algorithm, hash };
}

export function isSignedByAny(
  keys: readonly TrustedKey[],
  { key: kind, hash }: { key: "rsa" | "ec"; hash: string },
  bytes: Buffer,
  value: Buffer,
): boolean {
  return keys
    .filter(({ type }) => type === kind)
    .some(({ key }) => {
      if (kind === "rsa") return createVerify(hash).update(bytes).verify(key, value);
      // XML writes the two numbers of an elliptic-curve signature side by side, without ASN.1.
      return verify(hash, bytes, { key, dsaEncoding: "ieee-p1363" }, value);
    });
}

/** Must be known before there is a canonical form to read it from; a lie here changes the bytes, and so breaks the signature. */
function prefixesAsWritten(xml: Xml, signedInfo: XmlElement): readonly string[] {
  const canonicalization = xml.childrenOf(signedInfo)[0];
  const inclusive = canonicalization && xml.childrenOf(canonicalization)[0];
  return splitPrefixes(inclusive?.attr("PrefixList")?.value);
}

function prefixesOf(method: Element): readonly string[] {
  return splitPrefixes(method.children[0]?.attributes.get("PrefixList"));
}

function splitPrefixes(list: string | undefined): readonly string[] {
  return (list ?? "").split(/\s+/).filter((prefix) => prefix !== "");
}

function hasOnlyPrefixes(method: Element): boolean {
  const [only, ...more] = method.children;
  const namespace = attributeOf(method, "Algorithm") ?? "";
  return only === undefined || (more.length === 0 && isNamed(only, namespace, "InclusiveNamespaces"));
}

/** An element with children of its own instead of text gives "", which no digest is. */
function onlyText(parent: Element, name: string): string {
  const [element] = childrenOf(parent, DSIG, name);
  return element && element.children.length === 0 ? textOf(element) : "";
}

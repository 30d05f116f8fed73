import { fromBase64 } from "./base64.ts";
import { type Element, readCanonical } from "./canonical.ts";
import { decryptAssertion } from "./encrypted-assertion.ts";
import { type Located, locate } from "./locate.ts";
import {
  requireAssertion,
  requireConditions,
  requireMeantForUs,
  requireNameId,
  requireSuccess,
} from "./meaning.ts";
import { ASSERTION } from "./names.ts";
import { type SignatureTrust, verifySignature } from "./signature.ts";
import { readAttributes, requireAuthentication } from "./statements.ts";
import { requireConfirmation } from "./subject.ts";
import { clockwork } from "./time.ts";
import { Trace } from "./trace.ts";
import { trustedKeys } from "./trusted-keys.ts";
import type { Expectations, PostedResponse, VerifiedAssertion } from "./types.ts";
import { warmUp, withXml, type Xml } from "./xml.ts";
import { XmlProblem } from "./xml-problem.ts";

/** Far above any real response: a thousand group names make 100 kB. */
const MESSAGE_BYTES_MAX = 512 * 1024;

/**
 * Returns the assertion of a posted response if every check of trace.ts holds for it, with the trace.
 * @throws SamlRefusal naming the check that failed, with the trace. Whatever else it throws, nobody is signed in.
 */
export async function verifyResponse(
  posted: PostedResponse,
  expected: Expectations,
): Promise<VerifiedAssertion> {
  await warmUp();
  const trace: Trace = new Trace();
  // 1. What can be said without reading the message.
  const trust = requireTrust(expected, trace);
  const bytes = requireBytes(posted.samlResponse, trace);
  // 2. Signatures, before anything that the message says is believed.
  const { response, assertion, ...proven } = readSafely(bytes, trace, (xml) =>
    verifySigned(xml, trust, expected, trace),
  );
  // 3. Meaning, of the signed bytes: from the one we trust, for us, now, in answer to what we asked.
  requireMeantForUs(response, proven.signed !== "assertion", expected, trace);
  const clock = clockwork(expected.now, expected.clockSkewMs);
  const id = requireAssertion(assertion, clock, expected, trace);
  const subject = assertion.children.find(
    ({ name, namespace }) => name === "Subject" && namespace === ASSERTION,
  );
  if (!subject)
    trace.refuse("subject.name_id", { message: "The assertion names nobody: it has no subject." });
  const nameId = requireNameId(subject, trace);
  const confirmationEnds = requireConfirmation(subject, clock, expected, trace);
  const conditionsEnd = requireConditions(assertion, clock, expected, trace) ?? confirmationEnds;
  const authentication = requireAuthentication(assertion, clock, trace);
  // 4. Once. Last, so that what is refused for another reason is not remembered as used.
  const until = new Date(Math.min(confirmationEnds, conditionsEnd) + clock.skewMs);
  trace.require(await expected.firstUse({ id, until }), "assertion.first_use", {
    message: "This assertion was used before. Sign in again from the application.",
    found: id,
  });
  return {
    id,
    issuer: expected.idp.entityId,
    nameId,
    attributes: readAttributes(assertion),
    ...authentication,
    ...proven,
    inResponseTo: expected.inResponseTo,
    relayState: posted.relayState,
    checks: trace.all(),
  };
}

/**
 * The id of the request that a response claims to answer, to look that request up by. Nobody has vouched for it yet:
 * verifyResponse compares it with the request that was found.
 */
export function readInResponseTo(samlResponse: string): string | null {
  const start = Buffer.from(samlResponse.slice(0, 8_192), "base64").toString("utf8");
  return /\sInResponseTo\s*=\s*["']([^"'<>]*)["']/.exec(start)?.[1] ?? null;
}

interface Signed {
  /** The envelope: its signed bytes where the response is signed, else no more than its word. */
  readonly response: Element;
  /** Always from signed bytes. */
  readonly assertion: Element;
  readonly signed: VerifiedAssertion["signed"];
  readonly encrypted: boolean;
}

function verifySigned(xml: Xml, trust: SignatureTrust, expected: Expectations, trace: Trace): Signed {
  const located = locate(xml, trace);
  const signedResponse = verifyResponseSignature(xml, located, trust, trace);
  const signedAssertion = verifyAssertionSignature(xml, located, trust, trace);
  const response = signedResponse ?? readEnvelope(xml, located);
  requireSuccess(response, trace);
  const encrypted = located.encryptedAssertion !== null;
  trace.require(located.assertion !== null || encrypted, "response.one_assertion", {
    message: "The response reports success but holds no assertion.",
  });
  requireEncryption(encrypted, expected, trace);

  const decrypted = located.encryptedAssertion
    ? decryptAssertion({ xml, element: located.encryptedAssertion, signedResponse }, trust, expected, trace)
    : null;
  const assertionIsSigned = signedAssertion !== null || decrypted?.isSigned === true;
  const assertion = signedAssertion ?? decrypted?.assertion ?? assertionOf(signedResponse);
  trace.require((signedResponse !== null || assertionIsSigned) && assertion !== null, "signature.present", {
    message: "Neither the response nor the assertion is signed. Let the identity provider sign at least one.",
  });
  const signed = !assertionIsSigned ? "response" : signedResponse ? "both" : "assertion";
  return { response, assertion, signed, encrypted };
}

function verifyResponseSignature(
  xml: Xml,
  located: Located,
  trust: SignatureTrust,
  trace: Trace,
): Element | null {
  if (!located.responseSignature) return null;
  const what = { kind: "response", signature: located.responseSignature, parent: xml.root } as const;
  return verifySignature(xml, what, trust, trace);
}

function verifyAssertionSignature(
  xml: Xml,
  located: Located,
  trust: SignatureTrust,
  trace: Trace,
): Element | null {
  const { assertion: parent, assertionSignature: signature } = located;
  return parent && signature
    ? verifySignature(xml, { kind: "assertion", signature, parent }, trust, trace)
    : null;
}

/** An unsigned response without its assertion: it may only give reasons to refuse. */
function readEnvelope(xml: Xml, { assertion, assertionSignature, encryptedAssertion }: Located): Element {
  // A signed assertion was taken out when its signature was verified.
  if (assertion && !assertionSignature) xml.detach(assertion);
  if (encryptedAssertion) xml.detach(encryptedAssertion);
  return readCanonical(xml.canonicalBytes(xml.root));
}

function assertionOf(signedResponse: Element | null): Element | null {
  const isAssertion = ({ name, namespace }: Element) => name === "Assertion" && namespace === ASSERTION;
  return signedResponse?.children.find(isAssertion) ?? null;
}

function requireTrust(expected: Expectations, trace: Trace): SignatureTrust {
  trace.require(expected.connectionActive, "connection.active", {
    message: "This connection is switched off.",
  });
  const { keys, problems } = trustedKeys(expected.idp.certificates);
  trace.require(keys.length > 0, "idp.certificates", {
    message: `This connection has no certificate that can be trusted${problems.map((each) => `: ${each}`).join("")}.`,
    found: `${keys.length} of ${expected.idp.certificates.length}`,
  });
  return { keys, allowSha1: expected.allowSha1 };
}

function requireBytes(samlResponse: string, trace: Trace): Buffer {
  const isBounded = samlResponse.length <= (MESSAGE_BYTES_MAX * 4) / 3;
  const bytes = isBounded ? fromBase64(samlResponse) : null;
  trace.require(bytes !== null, "message.encoding", {
    message: "The field SAMLResponse is empty, too large, or not base64.",
    expected: `at most ${MESSAGE_BYTES_MAX} bytes in base64`,
    found: `${samlResponse.length} characters`,
  });
  return bytes;
}

function readSafely<Result>(bytes: Buffer, trace: Trace, read: (xml: Xml) => Result): Result {
  try {
    return withXml(bytes, (xml) => {
      trace.passed("message.xml", `${bytes.length} bytes`);
      return read(xml);
    });
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    return trace.refuse("message.xml", {
      message: `The message cannot be read: ${error.message}.`,
      found: error.message,
    });
  }
}

function requireEncryption(encrypted: boolean, expected: Expectations, trace: Trace): void {
  if (!encrypted && !expected.requireEncryptedAssertion) {
    trace.skipped("assertion.encrypted", "Encryption is not required on this connection.");
    return;
  }
  trace.require(encrypted, "assertion.encrypted", {
    message: "This connection takes only encrypted assertions. Let the identity provider encrypt them.",
  });
}

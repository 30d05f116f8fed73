import { inflateRawSync } from "node:zlib";
import { fromBase64 } from "./base64.ts";
import { attributeOf, childOf, childrenOf, type Element, readCanonical, textOf } from "./canonical.ts";
import { decoded, readCarriedQuery, verifyCarriedSignature } from "./carried-signature.ts";
import { readEncrypted } from "./decrypt.ts";
import { requireTidy } from "./locate.ts";
import { requireIssuer, requireNameId, requireNotOver } from "./meaning.ts";
import { ASSERTION, PROTOCOL } from "./names.ts";
import { type SignatureTrust, verifySignature } from "./signature.ts";
import { type Clockwork, clockwork, readTime } from "./time.ts";
import { Trace } from "./trace.ts";
import { trustedKeys } from "./trusted-keys.ts";
import type { Expectations, NameId } from "./types.ts";
import { warmUp, withXml, type Xml } from "./xml.ts";
import { XmlProblem } from "./xml-problem.ts";

/** A logout message as a browser brings it: the query of a redirect as it stood, or the fields of a form. */
export type CarriedLogout =
  | { readonly binding: "redirect"; readonly query: string }
  | { readonly binding: "post"; readonly form: Readonly<Record<string, string | undefined>> };

export interface LogoutExpectations
  extends Pick<Expectations, "now" | "clockSkewMs" | "connectionActive" | "idp" | "allowSha1"> {
  /** Where such messages are sent to. */
  readonly sloUrl: string;
  /** PEM private keys for a person's name that is encrypted. */
  readonly decryptionKeys: () => Promise<readonly string[]>;
}

export type VerifiedLogout =
  | {
      readonly kind: "request";
      readonly id: string;
      readonly nameId: NameId;
      /** Empty: every session of this person (SAML core 3.7.1). */
      readonly sessionIndexes: readonly string[];
      /** Remember the id until then: afterwards the message is refused for its age. */
      readonly until: Date;
      /** To be given back as it came. */
      readonly relayState: string | null;
    }
  | { readonly kind: "response"; readonly inResponseTo: string };

const MESSAGE_BYTES_MAX = 64 * 1024;
/** A message that a browser carries arrives in seconds. Where it names no end itself, this is its end. */
const AGE_MS_MAX = 10 * 60_000;

/**
 * Returns a logout request or response if every check of logout-checks.ts holds for it: signed by the identity provider,
 * for us, now. Whether a request comes for the first time is for the caller to settle, as it ends the sessions.
 * @throws SamlRefusal naming the check that failed. Whatever else it throws, nothing was believed.
 */
export async function verifyLogout(
  carried: CarriedLogout,
  expected: LogoutExpectations,
): Promise<VerifiedLogout> {
  await warmUp();
  const trace: Trace = new Trace("logout");
  // 1. What can be said without reading the message.
  const trust = requireTrust(expected, trace);
  const { bytes, relayState } = requireBytes(carried, trust, trace);
  // 2. The signature, before anything that the message says is believed.
  const message = readSafely(bytes, trace, (xml) => verified(xml, carried, trust, trace));
  // 3. Meaning: from the one we trust, for us, now.
  requireIssuer(childOf(message, ASSERTION, "Issuer"), "message.issuer", expected, trace);
  const destination = attributeOf(message, "Destination");
  trace.require(destination === expected.sloUrl, "message.destination", {
    message: "The message was addressed to another place. Check the single logout address at the provider.",
    expected: expected.sloUrl,
    found: destination,
  });
  const clock = clockwork(expected.now, expected.clockSkewMs);
  const until = requireRecent(message, clock, expected.now, trace);
  if (message.name === "LogoutResponse")
    return { kind: "response", inResponseTo: requireAnswer(message, trace) };
  requireNotOver(message, "message.not_on_or_after", clock, trace);
  return {
    kind: "request",
    id: attributeOf(message, "ID") ?? "",
    nameId: await readNameId(message, expected, trace),
    sessionIndexes: childrenOf(message, PROTOCOL, "SessionIndex").map(textOf),
    until,
    relayState,
  };
}

function requireTrust(expected: LogoutExpectations, trace: Trace): SignatureTrust {
  trace.require(expected.connectionActive, "connection.active", {
    message: "This connection is switched off.",
  });
  const { keys } = trustedKeys(expected.idp.certificates);
  trace.require(keys.length > 0, "idp.certificates", {
    message: "This connection has no certificate that can be trusted.",
  });
  return { keys, allowSha1: expected.allowSha1 };
}

/** The message's bytes. Of a redirect the signature beside it is verified first: nothing unsigned is even unpacked. */
function requireBytes(
  carried: CarriedLogout,
  trust: SignatureTrust,
  trace: Trace,
): { bytes: Buffer; relayState: string | null } {
  if (carried.binding === "post") {
    const { SAMLRequest, SAMLResponse, RelayState = null } = carried.form;
    const only = SAMLRequest === undefined || SAMLResponse === undefined;
    const text = SAMLRequest ?? SAMLResponse ?? "";
    const bytes = only && text.length <= (MESSAGE_BYTES_MAX * 4) / 3 ? fromBase64(text) : null;
    trace.require(bytes !== null, "message.encoding", NOT_ENCODED);
    return { bytes, relayState: RelayState };
  }
  const query = readCarriedQuery(carried.query);
  const packed = query && fromBase64((decoded(query, query.field) ?? "").replaceAll(" ", "+"));
  trace.require(query !== null && packed !== null, "message.encoding", NOT_ENCODED);
  verifyCarriedSignature(query, trust, trace);
  const bytes = inflate(packed);
  trace.require(bytes !== null, "message.encoding", NOT_ENCODED);
  return { bytes, relayState: decoded(query, "RelayState") };
}

const NOT_ENCODED = {
  message:
    "There is no logout message here, or more than one, or it is too large or not encoded as it should be.",
  expected: `at most ${MESSAGE_BYTES_MAX} bytes`,
};

function inflate(packed: Buffer): Buffer | null {
  try {
    return inflateRawSync(packed, { maxOutputLength: MESSAGE_BYTES_MAX });
  } catch {
    return null;
  }
}

function readSafely(bytes: Buffer, trace: Trace, read: (xml: Xml) => Element): Element {
  try {
    return withXml(bytes, (xml) => {
      trace.passed("message.xml", `${bytes.length} bytes`);
      return read(xml);
    });
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    return trace.refuse("message.xml", { message: `The message cannot be read: ${error.message}.` });
  }
}

function verified(xml: Xml, carried: CarriedLogout, trust: SignatureTrust, trace: Trace): Element {
  requireTidy(xml, trace);
  const { root } = xml;
  const { signatures, assertions } = xml.signedParts();
  const named = root.namespaceUri === PROTOCOL && /^Logout(Request|Response)$/.test(root.name);
  const id = root.attr("ID")?.value ?? "";
  trace.require(
    named && assertions.length === 0 && id !== "" && root.attr("Version")?.value === "2.0",
    "message.shape",
    { message: "This is no logout message of SAML 2.0.", found: `{${root.namespaceUri}}${root.name}` },
  );
  // A redirect's signature was over all of this; one inside it says nothing more.
  if (carried.binding === "redirect") return readCanonical(xml.canonicalBytes(root));
  const [signature, another] = signatures;
  const isPlaced = signature?.parent?.isSameNode(root) === true && another === undefined;
  trace.require(isPlaced && signature !== undefined, "message.signed", {
    message:
      "The message is not signed, or not in its one right place. Let the identity provider sign its logout messages.",
    found: `${signatures.length} signatures`,
  });
  return verifySignature(xml, { kind: "message", signature, parent: root }, trust, trace);
}

function requireRecent(message: Element, clock: Clockwork, now: Date, trace: Trace): Date {
  const issued = readTime(attributeOf(message, "IssueInstant"));
  const isRecent = issued !== null && clock.hasBegun(issued) && !clock.isOver(issued + AGE_MS_MAX);
  trace.require(isRecent, "message.issue_instant", {
    message:
      "The message was written too long ago, or in the future. Is the clock right, here and at the provider?",
    expected: `within ten minutes of ${now.toISOString()}`,
    found: attributeOf(message, "IssueInstant"),
  });
  return new Date(issued + AGE_MS_MAX + clock.skewMs);
}

function requireAnswer(response: Element, trace: Trace): string {
  const answers = attributeOf(response, "InResponseTo");
  trace.require(answers !== null && answers !== "", "message.in_response_to", {
    message: "The answer does not say what it answers.",
  });
  return answers;
}

/** In plain text, or encrypted for us: what is decrypted here was signed, so nobody learns from how that fails. */
async function readNameId(request: Element, expected: LogoutExpectations, trace: Trace): Promise<NameId> {
  const encrypted = childOf(request, ASSERTION, "EncryptedID");
  if (!encrypted) return requireNameId(request, trace, "message.name_id");
  const content = readEncrypted(encrypted);
  if ("problem" in content) return trace.refuse("message.name_id", { message: content.problem });
  const plain = content.decrypt(await expected.decryptionKeys());
  if (!plain)
    return trace.refuse("message.name_id", { message: "The name of the person could not be decrypted." });
  const nameId = readSafely(plain, trace, (xml) => readCanonical(xml.canonicalBytes(xml.root)));
  return requireNameId({ ...request, children: [nameId] }, trace, "message.name_id");
}

import { attributeOf, childOf, childrenOf, type Element, isNamed, textOf } from "./canonical.ts";
import { ASSERTION, ENTITY_FORMAT, PROTOCOL, STATUS_SUCCESS } from "./names.ts";
import { type Clockwork, readTime } from "./time.ts";
import type { CheckId, Trace } from "./trace.ts";
import type { Expectations, NameId } from "./types.ts";

/** An identity provider that says no says so here, and mostly unsigned: this check can only refuse. */
export function requireSuccess(response: Element, trace: Trace): void {
  const status = childOf(response, PROTOCOL, "Status");
  const code = status && childOf(status, PROTOCOL, "StatusCode");
  const reason = status && childOf(status, PROTOCOL, "StatusMessage");
  const detail = code?.children[0]?.attributes.get("Value");
  const found = code ? attributeOf(code, "Value") : null;
  trace.require(found === STATUS_SUCCESS, "response.status", {
    message: `The identity provider refused: ${[reason && textOf(reason), shortStatus(detail ?? found)].filter(Boolean).join(", ")}.`,
    expected: STATUS_SUCCESS,
    found: [found, detail, reason && textOf(reason)].filter(Boolean).join(", "),
  });
}

/** What the envelope says of itself. It is signed only where the response is; the assertion repeats what matters. */
export function requireMeantForUs(
  response: Element,
  isSigned: boolean,
  expected: Expectations,
  trace: Trace,
): void {
  const issuer = childrenOf(response, ASSERTION, "Issuer")[0];
  if (issuer) requireIssuer(issuer, "response.issuer", expected, trace);
  else trace.skipped("response.issuer", "The response names no issuer; the assertion does.");

  const destination = attributeOf(response, "Destination");
  if (destination === null && !isSigned)
    trace.skipped("response.destination", "The unsigned response names none.");
  else {
    trace.require(destination === expected.sp.acsUrl, "response.destination", {
      message:
        "The response was addressed to another place. Check the assertion consumer service URL at the provider.",
      expected: expected.sp.acsUrl,
      found: destination,
    });
  }
  const answers = attributeOf(response, "InResponseTo");
  if (answers === null && expected.inResponseTo === null && !expected.allowIdpInitiated) {
    trace.refuse("response.in_response_to", {
      message:
        "Nobody asked for this sign-in, and sign-in that begins at the identity provider is off for this connection.",
    });
  }
  requireAnswer(answers, "response.in_response_to", expected, trace);
}

/** Who issued the assertion and when. */
export function requireAssertion(
  assertion: Element,
  clock: Clockwork,
  expected: Expectations,
  trace: Trace,
): string {
  const id = attributeOf(assertion, "ID") ?? "";
  const version = attributeOf(assertion, "Version");
  trace.require(
    isNamed(assertion, ASSERTION, "Assertion") && version === "2.0" && id !== "",
    "assertion.shape",
    {
      message: "The assertion is not a SAML 2.0 assertion with an ID.",
      expected: "Version 2.0",
      found: `Version ${version}, ID ${id}`,
    },
  );
  requireIssuer(childOf(assertion, ASSERTION, "Issuer"), "assertion.issuer", expected, trace);
  const issued = readTime(attributeOf(assertion, "IssueInstant"));
  trace.require(issued !== null && clock.hasBegun(issued), "assertion.issue_instant", {
    message: `The assertion says it was issued in the future. ${CLOCKS}`,
    expected: `at most ${clock.latest}`,
    found: attributeOf(assertion, "IssueInstant"),
  });
  return id;
}

export function requireNameId(subject: Element, trace: Trace, id: CheckId = "subject.name_id"): NameId {
  const nameId = childOf(subject, ASSERTION, "NameID");
  const value = nameId && nameId.children.length === 0 ? textOf(nameId) : "";
  trace.require(nameId !== null && value !== "", id, {
    message:
      "The message names nobody. Let the identity provider send a NameID, in plain text inside what is signed.",
    found: subject.children.map(({ name }) => name).join(", "),
  });
  return {
    value,
    format: attributeOf(nameId, "Format"),
    nameQualifier: attributeOf(nameId, "NameQualifier"),
    spNameQualifier: attributeOf(nameId, "SPNameQualifier"),
  };
}

/** The limits of the assertion as a whole. Returns when it ends, if it says. */
export function requireConditions(
  assertion: Element,
  clock: Clockwork,
  expected: Expectations,
  trace: Trace,
): number | null {
  const conditions = childOf(assertion, ASSERTION, "Conditions");
  const unknown = conditions?.children.find(
    ({ name, namespace }) => namespace !== ASSERTION || !CONDITIONS.has(name),
  );
  trace.require(conditions !== null && unknown === undefined, "conditions.understood", {
    message: "The assertion has no conditions, or one that this service does not know and so cannot keep.",
    expected: [...CONDITIONS].join(", "),
    found: conditions?.children.map(({ name }) => name).join(", "),
  });
  requireBegun(conditions, "conditions.not_before", clock, trace);
  const end = requireNotOver(conditions, "conditions.not_on_or_after", clock, trace);

  const restrictions = childrenOf(conditions, ASSERTION, "AudienceRestriction");
  const audiences = restrictions.map((each) => childrenOf(each, ASSERTION, "Audience").map(textOf));
  const isForUs = audiences.length > 0 && audiences.every((each) => each.includes(expected.sp.entityId));
  trace.require(isForUs, "conditions.audience", {
    message:
      "The assertion is for another application. Check the audience (SP entity ID) at the identity provider.",
    expected: expected.sp.entityId,
    found: audiences.flat().join(", "),
  });
  return end;
}

export function requireAnswer(found: string | null, id: CheckId, expected: Expectations, trace: Trace): void {
  trace.require(found === expected.inResponseTo, id, {
    message:
      expected.inResponseTo === null
        ? "The answer is to a request that this browser was not sent away with. Sign in again from the application."
        : "The answer is not to the request that was sent. Sign in again from the application.",
    expected: expected.inResponseTo,
    found,
  });
}

/** NotBefore, which may be missing. */
export function requireBegun(limits: Element, id: CheckId, clock: Clockwork, trace: Trace): void {
  const text = attributeOf(limits, "NotBefore");
  if (text === null) {
    trace.skipped(id, "No beginning is given.");
    return;
  }
  const begins = readTime(text);
  trace.require(begins !== null && clock.hasBegun(begins), id, {
    message: `It is not valid yet. ${CLOCKS}`,
    expected: `at most ${clock.latest}`,
    found: text,
  });
}

/** NotOnOrAfter, which may be missing. */
export function requireNotOver(limits: Element, id: CheckId, clock: Clockwork, trace: Trace): number | null {
  const text = attributeOf(limits, "NotOnOrAfter");
  if (text === null) {
    trace.skipped(id, "No end is given.");
    return null;
  }
  const ends = readTime(text);
  trace.require(ends !== null && !clock.isOver(ends), id, {
    message: `It has expired. ${CLOCKS}`,
    expected: `after ${clock.earliest}`,
    found: text,
  });
  return ends;
}

const CLOCKS = "Is the clock right, here and at the identity provider?";
const CONDITIONS = new Set(["AudienceRestriction", "OneTimeUse", "ProxyRestriction"]);

export function requireIssuer(
  issuer: Element | null,
  id: CheckId,
  expected: Pick<Expectations, "idp">,
  trace: Trace,
): void {
  const name = issuer && textOf(issuer);
  const format = issuer && attributeOf(issuer, "Format");
  const isTheirs = name !== null && name !== "" && name === expected.idp.entityId;
  trace.require(isTheirs && (format === null || format === ENTITY_FORMAT), id, {
    message:
      "The answer comes from another identity provider than this connection's. Compare the entity IDs.",
    expected: expected.idp.entityId,
    found: name,
  });
}

/** "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed" → "AuthnFailed" */
function shortStatus(uri: string | null): string {
  return uri?.split(":").at(-1) ?? "no status";
}

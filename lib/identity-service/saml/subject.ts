import { attributeOf, childOf, childrenOf, type Element } from "./canonical.ts";
import { requireAnswer, requireBegun } from "./meaning.ts";
import { ASSERTION, BEARER } from "./names.ts";
import { type Clockwork, readTime } from "./time.ts";
import { Trace } from "./trace.ts";
import { type Expectations, SamlRefusal } from "./types.ts";

/**
 * One bearer confirmation must hold in full (SAML profiles 4.1.4.2). There may be several; the trace shows the one that
 * holds, or else why the first does not. Returns when it ends.
 */
export function requireConfirmation(
  subject: Element,
  clock: Clockwork,
  expected: Expectations,
  trace: Trace,
): number {
  const all = childrenOf(subject, ASSERTION, "SubjectConfirmation");
  const bearers = all.flatMap((each) => {
    const data =
      attributeOf(each, "Method") === BEARER ? childOf(each, ASSERTION, "SubjectConfirmationData") : null;
    return data ?? [];
  });
  const [first, ...others] = bearers;
  if (!first) {
    trace.refuse("subject.confirmation", {
      message: "The assertion has no bearer confirmation with data: anybody could have picked it up.",
      expected: BEARER,
      found: all.map((each) => attributeOf(each, "Method")).join(", "),
    });
  }
  trace.passed("subject.confirmation", BEARER);
  const holding = others.length > 0 ? bearers.find((data) => confirms(data, clock, expected)) : first;
  return requireData(holding ?? first, clock, expected, trace);
}

function confirms(data: Element, clock: Clockwork, expected: Expectations): boolean {
  try {
    requireData(data, clock, expected, new Trace());
    return true;
  } catch (error) {
    if (error instanceof SamlRefusal) return false;
    throw error;
  }
}

function requireData(data: Element, clock: Clockwork, expected: Expectations, trace: Trace): number {
  const recipient = attributeOf(data, "Recipient");
  trace.require(recipient === expected.sp.acsUrl, "subject.recipient", {
    message:
      "The assertion is meant for another address. Check the assertion consumer service URL at the provider.",
    expected: expected.sp.acsUrl,
    found: recipient,
  });
  requireBegun(data, "subject.not_before", clock, trace);
  const ends = readTime(attributeOf(data, "NotOnOrAfter"));
  trace.require(ends !== null && !clock.isOver(ends), "subject.not_on_or_after", {
    message:
      "The assertion has expired, or does not say when it will. Is the clock right, here and at the provider?",
    expected: `after ${clock.earliest}`,
    found: attributeOf(data, "NotOnOrAfter"),
  });
  requireAnswer(attributeOf(data, "InResponseTo"), "subject.in_response_to", expected, trace);
  return ends;
}

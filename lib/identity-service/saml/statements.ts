import { attributeOf, childOf, childrenOf, type Element, textOf } from "./canonical.ts";
import { ASSERTION } from "./names.ts";
import { type Clockwork, readTime } from "./time.ts";
import type { Trace } from "./trace.ts";
import type { Attribute, VerifiedAssertion } from "./types.ts";

type Authentication = Pick<
  VerifiedAssertion,
  "sessionIndex" | "sessionNotOnOrAfter" | "authnInstant" | "authnContext"
>;

/** How and when the person proved to be who they are. */
export function requireAuthentication(assertion: Element, clock: Clockwork, trace: Trace): Authentication {
  const [statement] = childrenOf(assertion, ASSERTION, "AuthnStatement");
  const at = statement ? readTime(attributeOf(statement, "AuthnInstant")) : null;
  trace.require(statement !== undefined && at !== null && clock.hasBegun(at), "authn.statement", {
    message: "The assertion does not say that somebody signed in, or says it happened in the future.",
    found: statement ? attributeOf(statement, "AuthnInstant") : null,
  });
  const context = childOf(statement, ASSERTION, "AuthnContext");
  const contextClass = context && childOf(context, ASSERTION, "AuthnContextClassRef");
  return {
    authnInstant: new Date(at),
    authnContext: contextClass && textOf(contextClass),
    sessionIndex: attributeOf(statement, "SessionIndex"),
    sessionNotOnOrAfter: requireLiveSession(statement, clock, trace),
  };
}

/** Several statements, and several attributes of one name, count as one. */
export function readAttributes(assertion: Element): Attribute[] {
  const attributes = new Map<string, { name: string; friendlyName: string | null; values: string[] }>();
  for (const statement of childrenOf(assertion, ASSERTION, "AttributeStatement")) {
    for (const element of childrenOf(statement, ASSERTION, "Attribute")) {
      const name = attributeOf(element, "Name") ?? "";
      const values = childrenOf(element, ASSERTION, "AttributeValue").map(textOf);
      const known = attributes.get(name);
      if (known) known.values.push(...values);
      else attributes.set(name, { name, friendlyName: attributeOf(element, "FriendlyName"), values });
    }
  }
  return [...attributes.values()];
}

function requireLiveSession(statement: Element, clock: Clockwork, trace: Trace): Date | null {
  const text = attributeOf(statement, "SessionNotOnOrAfter");
  if (text === null) {
    trace.skipped("authn.session", "No end of the session is given.");
    return null;
  }
  const ends = readTime(text);
  trace.require(ends !== null && !clock.isOver(ends), "authn.session", {
    message: "The person's session at the identity provider is over already.",
    found: text,
  });
  return new Date(ends);
}

import { domainToASCII } from "node:url";
import type { Check, MappedProfile } from "../saml/types.ts";
import { isEmail } from "../wire/email.ts";
import type { ReturnContext } from "./context.ts";

/** Who signed in, as far as the identity provider says, with an e-mail address at least. */
export type Person = MappedProfile & { readonly email: string };

/** What became of the last questions about a person. */
export interface Judgement {
  readonly checks: readonly Check[];
  /** Null where something failed. */
  readonly person: Person | null;
  readonly refusal: "profile_not_allowed_outside_organization" | "server_error" | null;
}

/** The checks behind the protocol's: that there is an e-mail address, and that the organization may vouch for it. */
export function judge(profile: MappedProfile, { connection }: ReturnContext): Judgement {
  const { email } = profile;
  if (email === null || !isEmail(email)) {
    const missing = email === null;
    const message = missing
      ? "No e-mail address was sent. Have the identity provider send one, or name its attribute in the connection's attribute map."
      : "What was sent as e-mail address is none.";
    const failed: Check = {
      ...EMAIL,
      result: "failed",
      expected: "an e-mail address",
      found: email,
      message,
    };
    return { checks: [failed, skipped(DOMAIN)], person: null, refusal: "server_error" };
  }
  const passed: Check = { ...EMAIL, result: "passed", expected: null, found: email, message: "" };
  const domain = domainToASCII(email.slice(email.lastIndexOf("@") + 1)).toLowerCase();
  const allowed = connection.allow_outside_profiles || connection.verified_domains.includes(domain);
  if (allowed) {
    const inside: Check = { ...DOMAIN, result: "passed", expected: null, found: domain, message: "" };
    return { checks: [passed, inside], person: { ...profile, email }, refusal: null };
  }
  const outside: Check = {
    ...DOMAIN,
    result: "failed",
    expected: connection.verified_domains.join(", ") || "a verified domain; the organization has none",
    found: domain,
    message: `${domain} is not a verified domain of the organization. Verify it, or allow profiles from outside.`,
  };
  return { checks: [passed, outside], person: null, refusal: "profile_not_allowed_outside_organization" };
}

export function skipped(check: { id: string; name: string; clause: string }): Check {
  return { ...check, result: "skipped", expected: null, found: null, message: "" };
}

/** Of somebody of whom nothing more is asked. */
export function skippedPerson(): Check[] {
  return [skipped(EMAIL), skipped(DOMAIN)];
}

/** The last checks of every sign-in: [name, clause]. */
export const CHECKS = {
  "profile.email": ["The person has an e-mail address", "Sallyport"],
  "profile.domain": ["The organization may vouch for the address", "Sallyport"],
} as const satisfies Record<string, readonly [name: string, clause: string]>;

function checkOf(id: keyof typeof CHECKS) {
  const [name, clause] = CHECKS[id];
  return { id, name, clause };
}

const EMAIL = checkOf("profile.email");
const DOMAIN = checkOf("profile.domain");

import type { AttributeMap } from "../connections/settings.ts";
import { mapProfile } from "../saml/profile.ts";
import { type Check, type MappedProfile, SamlInputError, type VerifiedAssertion } from "../saml/types.ts";
import { skippedPerson } from "./person.ts";

/** Asked of a verified assertion before anything else about the person; written down where it fails: [name, clause]. */
export const CHECKS = {
  "profile.identifier": ["The person can be known again", "Sallyport"],
} as const satisfies Record<string, readonly [name: string, clause: string]>;

type Known =
  | { readonly profile: MappedProfile; readonly checks: readonly Check[] }
  | { readonly profile: null; readonly checks: readonly Check[]; readonly error: string };

/** The profile of whom an assertion is about; or, where nothing in it stays, that check as the one that failed. */
export function knownBy(assertion: VerifiedAssertion, map: AttributeMap): Known {
  try {
    return { profile: mapProfile(assertion, map), checks: assertion.checks };
  } catch (error) {
    if (!(error instanceof SamlInputError)) throw error;
    const id = "profile.identifier";
    const [name, clause] = CHECKS[id];
    const failed: Check = {
      ...{ id, name, clause, result: "failed" },
      expected: map.idp_id ?? "a NameID that stays",
      found: map.idp_id ? null : assertion.nameId.format,
      message: error.message,
    };
    return {
      profile: null,
      checks: [...assertion.checks, failed, ...skippedPerson()],
      error: error.message,
    };
  }
}

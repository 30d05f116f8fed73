import type { Protocol } from "../connections/types.ts";
import { CHECKS as LDAP } from "../ldap/trace.ts";
import { CHECKS as OIDC } from "../oidc/trace.ts";
import { CHECKS as SAML, UNMADE } from "../saml/trace.ts";
import type { Check, CheckResult } from "../saml/types.ts";
import { CHECKS as KNOWN } from "./known.ts";
import { CHECKS as PERSON } from "./person.ts";

type Catalogue = Readonly<Record<string, readonly [name: string, clause: string] | undefined>>;

const CATALOGUES: Readonly<Record<Protocol, Catalogue>> = {
  saml: { ...SAML, ...KNOWN, ...PERSON },
  oidc: { ...OIDC, ...PERSON },
  ldap: { ...LDAP, ...PERSON },
};
/** What is said of a check where nothing else is. */
const USUAL: Readonly<Record<CheckResult, string>> = { passed: "", failed: "", skipped: UNMADE };

/** A check without what its catalogue knows, and without what is usual or null at its end. */
type KeptCheck = [
  id: string,
  result: CheckResult,
  found?: string | null,
  expected?: string | null,
  message?: string,
];

/** The checks of a sign-in as they are kept. There is one of these for every sign-in there was, and some fifty checks in each. */
export interface KeptChecks {
  readonly of: Protocol;
  readonly checks: readonly KeptCheck[];
}

/** What is in no catalogue is kept whole. */
export function keepChecks(of: Protocol, checks: readonly Check[]): KeptChecks | readonly Check[] {
  const catalogue = CATALOGUES[of];
  return checks.every(({ id, name }) => catalogue[id]?.[0] === name)
    ? { of, checks: checks.map(kept) }
    : checks;
}

function kept({ id, result, found, expected, message }: Check): KeptCheck {
  if (message !== USUAL[result]) return [id, result, found, expected, message];
  if (expected !== null) return [id, result, found, expected];
  return found === null ? [id, result] : [id, result, found];
}

/** As they are shown. What an earlier version kept is whole. */
export function recallChecks(kept: KeptChecks | Check[] | null): Check[] {
  if (kept === null) return [];
  if (Array.isArray(kept)) return kept;
  const { of, checks } = kept as KeptChecks;
  return checks.map(([id, result, found = null, expected = null, message = USUAL[result]]) => {
    const [name, clause] = CATALOGUES[of][id] ?? [id, ""];
    return { id, name, clause, result, expected, found, message };
  });
}

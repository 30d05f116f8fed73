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

/** How a check's id begins where it did not pass. */
const MARKS: Readonly<Record<CheckResult, string>> = { passed: "", failed: "!", skipped: "-" };

/**
 * A check without what its catalogue knows, and without what is usual or null at its end; where nothing is left, its id alone. What was
 * found as expected is kept once: then `expected` is true.
 */
type KeptCheck =
  | string
  | [id: string, found: string | null, expected?: string | null | true, message?: string];

/** The checks of a sign-in as they are kept. There is one of these for every sign-in there was, and some fifty checks in each. */
export interface KeptChecks {
  readonly of: Protocol;
  readonly kept: readonly KeptCheck[];
}

/** As earlier versions kept them, the first of them whole. */
type EarlierChecks = EarlierKept | Check[];
interface EarlierKept {
  readonly of: Protocol;
  readonly checks: readonly [
    id: string,
    result: CheckResult,
    found?: string | null,
    expected?: string | null,
    message?: string,
  ][];
}

/** What is in no catalogue is kept whole. */
export function keepChecks(of: Protocol, checks: readonly Check[]): KeptChecks | readonly Check[] {
  const catalogue = CATALOGUES[of];
  return checks.every(({ id, name }) => catalogue[id]?.[0] === name)
    ? { of, kept: checks.map(keepCheck) }
    : checks;
}

function keepCheck({ id, result, found, expected, message }: Check): KeptCheck {
  const marked = `${MARKS[result]}${id}`;
  const same = expected !== null && expected === found ? true : expected;
  if (message !== USUAL[result]) return [marked, found, same, message];
  if (expected !== null) return [marked, found, same];
  return found === null ? marked : [marked, found];
}

/** As they are shown, whichever version kept them. */
export function recallChecks(kept: KeptChecks | EarlierChecks | null): Check[] {
  if (kept === null) return [];
  if (Array.isArray(kept)) return kept;
  if ("kept" in kept) return kept.kept.map((check) => recallCheck(kept.of, check));
  const { of, checks } = kept as EarlierKept;
  return checks.map(([id, result, found = null, expected = null, message]) =>
    recalled(of, { id, result, found, expected, message }),
  );
}

function recallCheck(of: Protocol, kept: KeptCheck): Check {
  const [marked, found, expected = null, message]: Exclude<KeptCheck, string> =
    typeof kept === "string" ? [kept, null] : kept;
  const result = marked.startsWith("!") ? "failed" : marked.startsWith("-") ? "skipped" : "passed";
  const id = marked.slice(MARKS[result].length);
  return recalled(of, { id, result, found, expected: expected === true ? found : expected, message });
}

type Recalled = Pick<Check, "id" | "result" | "found" | "expected"> & { message: string | undefined };

function recalled(of: Protocol, { id, result, found, expected, message = USUAL[result] }: Recalled): Check {
  const [name, clause] = CATALOGUES[of][id] ?? [id, ""];
  return { id, name, clause, result, expected, found, message };
}

import type { Check } from "../saml/types.ts";
import type { LdapSettings } from "./settings.ts";

/** Every check of a sign-in with a directory's password: [name, clause]. */
export const CHECKS = {
  "connection.active": ["The connection is switched on", "Sallyport"],
  "directory.reached": ["A server of the directory answers, and is the one it should be", "RFC 4513 3.1.3"],
  "service.bind": ["The service account signed in", "RFC 4511 4.2"],
  "person.found": ["Exactly one entry fits the user name", "RFC 4511 4.5"],
  "person.password": ["The directory accepts the password", "RFC 4513 5.1.3"],
  "person.state": ["The account may sign in", "Sallyport"],
  "person.identifier": ["The entry has an identifier that stays", "RFC 4530"],
  "person.groups": ["The groups were read", "RFC 4511 4.5"],
} as const satisfies Record<string, readonly [name: string, clause: string]>;

export type LdapCheckId = keyof typeof CHECKS;

/** In the order they are made: without a service account, the password comes before the entry. */
const ORDER: Readonly<Record<LdapSettings["mode"], readonly LdapCheckId[]>> = {
  search: Object.keys(CHECKS) as LdapCheckId[],
  direct: [
    "connection.active",
    "directory.reached",
    "person.password",
    "person.found",
    "person.state",
    "person.identifier",
    "person.groups",
  ],
};

/** The trace of a sign-in in which everything held. */
export function allPassed(mode: LdapSettings["mode"]): Check[] {
  return ORDER[mode].map((id) => check(id, "passed", ""));
}

/** The trace of one that ended at a check: those before it passed, those behind it were not reached. */
export function failedAt(mode: LdapSettings["mode"], failed: LdapCheckId, message: string): Check[] {
  const at = ORDER[mode].indexOf(failed);
  return ORDER[mode].map((id, index) =>
    check(id, index < at ? "passed" : index > at ? "skipped" : "failed", index === at ? message : ""),
  );
}

function check(id: LdapCheckId, result: Check["result"], message: string): Check {
  const [name, clause] = CHECKS[id];
  return { id, name, clause, result, expected: null, found: null, message };
}

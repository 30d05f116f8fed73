import { escapeDnValue, escapeFilterValue, USERNAME } from "./escape.ts";
import type { LdapTransport } from "./settings.ts";

type Kind = LdapTransport["kind"];

/** Whom each kind of directory calls a person, where an administrator does not say. */
const PEOPLE: Readonly<Record<Kind, string>> = {
  active_directory: "(&(objectCategory=person)(objectClass=user))",
  standard: "(objectClass=inetOrgPerson)",
};
const GROUPS: Readonly<Record<Kind, string>> = {
  active_directory: "(objectClass=group)",
  standard:
    "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=posixGroup))",
};
/** What people type to say who they are. */
const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  active_directory: ["sAMAccountName", "userPrincipalName", "mail"],
  standard: ["uid", "mail"],
};

/** The filter that finds whoever typed `username`, and never anything else. */
export function personFilter(filter: string | null, kind: Kind, username: string): string {
  const template =
    filter ?? `(&${PEOPLE[kind]}(|${NAMES[kind].map((name) => `(${name}=${USERNAME})`).join("")}))`;
  return template.replaceAll(USERNAME, () => escapeFilterValue(username));
}

/**
 * The filter that finds the entry of an account that has just proven to be `bound`, in Active Directory's own two ways of
 * naming one: by attributes that others do not share, whatever people may type elsewhere.
 */
export function accountFilter(filter: string | null, bound: string, username: string): string {
  const account = `(|(userPrincipalName=${escapeFilterValue(bound)})(sAMAccountName=${escapeFilterValue(username)}))`;
  const wanted =
    filter === null
      ? PEOPLE.active_directory
      : filter.replaceAll(USERNAME, () => escapeFilterValue(username));
  return `(&${account}${wanted})`;
}

export function peopleFilter(filter: string | null, kind: Kind): string {
  return filter ?? PEOPLE[kind];
}

export function groupsFilter(filter: string | null, kind: Kind): string {
  return filter ?? GROUPS[kind];
}

/**
 * The name to sign in with, made of what somebody typed; null where that would name an account elsewhere: what follows an @ or
 * stands before a backslash is the administrator's to say.
 */
export function fillTemplate(template: string, username: string): string | null {
  if (isDnTemplate(template)) return template.replaceAll(USERNAME, () => escapeDnValue(username));
  return /[\\/@"=]/.test(username) ? null : template.replaceAll(USERNAME, () => username);
}

/** Otherwise it is `user@domain` or `DOMAIN\user`. */
export function isDnTemplate(template: string): boolean {
  return template.includes("=");
}

/** A template names the account by more than what was typed: what was typed alone could be taken for something else. */
export function isTemplate(template: string): boolean {
  const rest = template.replaceAll(USERNAME, "");
  return rest !== template && /[=@\\]/.test(rest);
}

/** The user name may stand where a filter has a value to compare with, never where it has an attribute or an operator. */
export function takesUsername(filter: string): boolean {
  const parts = filter.split(USERNAME);
  const inValue = (before: string) =>
    /\([\w-]+(?::[\w.]+)*:?[~<>]?=[^()]*$/.test(before) || !/[()]/.test(before);
  return parts.length > 1 && parts.slice(0, -1).every(inValue);
}

/** Whether this is one filter (RFC 4515). Letters beyond ASCII stand as they are; escapes are for what ASCII reserves. */
export function isFilter(text: string): boolean {
  return endOfFilter(text, 0) === text.length;
}

const COMPARISON = /[\w-]*(?::dn)?(?::[\w.]+)?(?:[~<>:]?=)(?:[^()\\]|\\[0-7][0-9a-f])*/iy;

/** Where the filter that begins at `start` ends; NaN where none does. */
function endOfFilter(text: string, start: number): number {
  if (text[start] !== "(") return Number.NaN;
  let at = start + 1;
  const operator = text[at];
  if (operator === "&" || operator === "|" || operator === "!") {
    at += 1;
    let parts = 0;
    while (text[at] === "(") {
      at = endOfFilter(text, at);
      parts += 1;
    }
    if (parts === 0 || (operator === "!" && parts > 1)) return Number.NaN;
  } else {
    COMPARISON.lastIndex = at;
    const comparison = COMPARISON.exec(text)?.[0] ?? "";
    if (/^[~<>]?=/.test(comparison) || comparison === "") return Number.NaN;
    at += comparison.length;
  }
  return text[at] === ")" ? at + 1 : Number.NaN;
}

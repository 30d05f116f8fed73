import type { IncomingGroup } from "../../directories/ingest/groups.ts";
import type { IncomingUser } from "../../directories/ingest/users.ts";
import { accountState, STATE_ATTRIBUTES } from "../account-state.ts";
import { BINARY_IDS, identifier, isReadable, type LdapEntry, text, texts } from "../entry.ts";
import { leadingName } from "../escape.ts";
import { LdapFailure } from "../failure.ts";
import type { LdapDirectorySettings } from "../settings.ts";

type Kind = LdapDirectorySettings["kind"];
type Field = keyof LdapDirectorySettings["user_attributes"];

const ID: Readonly<Record<Kind, string>> = { active_directory: "objectGUID", standard: "entryUUID" };
/** How each kind of directory calls what a user has; the first that an entry has is taken. */
const FIELDS: Readonly<Record<Kind, Readonly<Record<Field, readonly string[]>>>> = {
  active_directory: fields("sAMAccountName"),
  standard: fields("uid"),
};
/** Told of people besides, where the directory has it. */
const MORE = ["department", "employeeNumber", "employeeType", "l", "manager", "o", "ou", "telephoneNumber"];

function fields(username: string): Readonly<Record<Field, readonly string[]>> {
  return {
    username: [username],
    email: ["mail"],
    first_name: ["givenName"],
    last_name: ["sn"],
    name: ["displayName", "cn"],
    job_title: ["title"],
  };
}

/** What changes with an entry, and so says where the next incremental run begins. */
export const CHANGE_ATTRIBUTE: Readonly<Record<Kind, string>> = {
  active_directory: "uSNChanged",
  standard: "modifyTimestamp",
};

/** What is asked for of a person's entry: their names, what the directory's attribute map takes, and whether they may sign in. */
export function userAttributes(
  settings: LdapDirectorySettings,
  attributeMap: Readonly<Record<string, string>>,
) {
  const told = toldAttributes(settings, attributeMap);
  const technical = [idAttribute(settings), CHANGE_ATTRIBUTE[settings.kind], ...STATE_ATTRIBUTES];
  return { attributes: [...new Set([...told, ...technical])], binary: [...BINARY_IDS] };
}

export function groupAttributes(settings: LdapDirectorySettings) {
  const technical = [idAttribute(settings), CHANGE_ATTRIBUTE[settings.kind]];
  return { attributes: ["cn", "description", "mail", ...technical], binary: [...BINARY_IDS] };
}

export function idAttribute({ id_attribute, kind }: LdapDirectorySettings): string {
  return id_attribute ?? ID[kind];
}

/** @throws LdapFailure where an entry has nothing to know it again by: left out, it would be taken for gone. */
export function idpIdOf(entry: LdapEntry, settings: LdapDirectorySettings): string {
  const id = identifier(entry, idAttribute(settings));
  if (id !== null) return id;
  throw new LdapFailure(
    "refused",
    `${entry.dn} has no ${idAttribute(settings)}. Name the attribute that stays as id_attribute, and let the account read it.`,
  );
}

export function toUser(
  entry: LdapEntry,
  settings: LdapDirectorySettings,
  { attributeMap, now }: { attributeMap: Readonly<Record<string, string>>; now: Date },
): IncomingUser {
  const first = (field: Field) => {
    const names = namesOf(settings, field);
    return names.map((name) => text(entry, name)).find((value) => value !== null) ?? null;
  };
  const addresses = namesOf(settings, "email").flatMap((name) => texts(entry, name));
  const [firstName, lastName] = [first("first_name"), first("last_name")];
  return {
    idpId: idpIdOf(entry, settings),
    // A directory server sees to it that names are unique where they have to be.
    uniqueName: null,
    username: first("username"),
    email: first("email"),
    emails: addresses.map((value, index) => ({ primary: index === 0, type: "work", value: value.trim() })),
    firstName,
    lastName,
    name: first("name") ?? ([firstName, lastName].filter(Boolean).join(" ") || null),
    jobTitle: first("job_title"),
    state: accountState(entry, now) ? "inactive" : "active",
    rawAttributes: raw(entry, toldAttributes(settings, attributeMap)),
  };
}

export function toGroup(entry: LdapEntry, settings: LdapDirectorySettings): IncomingGroup {
  return {
    idpId: idpIdOf(entry, settings),
    name: text(entry, "cn") ?? leadingName(entry.dn),
    rawAttributes: raw(entry, ["cn", "description", "mail"]),
  };
}

function namesOf({ user_attributes, kind }: LdapDirectorySettings, field: Field): readonly string[] {
  const chosen = user_attributes[field];
  return chosen === null ? FIELDS[kind][field] : [chosen];
}

function toldAttributes(settings: LdapDirectorySettings, attributeMap: Readonly<Record<string, string>>) {
  const known = (Object.keys(FIELDS.standard) as Field[]).flatMap((field) => namesOf(settings, field));
  return [...new Set([...known, ...MORE, ...Object.values(attributeMap).filter(isReadable)])];
}

function raw(entry: LdapEntry, names: readonly string[]): Record<string, unknown> {
  const told = names.flatMap((name): [string, unknown][] => {
    const [only, ...more] = texts(entry, name);
    if (only === undefined) return [];
    // In the order of the alphabet: a server may give several values in another order each time.
    return [[name, more.length === 0 ? only : [only, ...more].sort()]];
  });
  return { dn: entry.dn, ...Object.fromEntries(told) };
}

import type { AttributeMap } from "../connections/settings.ts";
import type { MappedProfile } from "../saml/types.ts";
import { STATE_ATTRIBUTES } from "./account-state.ts";
import { BINARY_IDS, identifier, type LdapEntry, text, texts } from "./entry.ts";
import type { LdapSettings } from "./settings.ts";

export type Kind = LdapSettings["kind"];

const ID: Readonly<Record<Kind, string>> = { active_directory: "objectGUID", standard: "entryUUID" };
const FIELDS = {
  email: ["mail"],
  first_name: ["givenName"],
  last_name: ["sn"],
  name: ["displayName", "cn"],
} as const;
export type NamedField = "idp_id" | keyof typeof FIELDS;

/** The names under which a field is looked for where no map names its attribute. */
export function defaultNames(field: NamedField, kind: Kind): readonly string[] {
  return field === "idp_id" ? [ID[kind]] : FIELDS[field];
}

/** What is asked for of a person's entry, and no more: other attributes are nobody's business here. */
export function wantedAttributes(map: AttributeMap, kind: Kind) {
  const { custom_attributes = {}, ...mapped } = map;
  const names = [
    idAttribute(map, kind),
    ...Object.values(FIELDS).flat(),
    ...Object.values(mapped),
    ...Object.values(custom_attributes),
    ...STATE_ATTRIBUTES,
    "memberOf",
    "uid",
  ];
  return { attributes: [...new Set(names)], binary: [...BINARY_IDS] };
}

export function idAttribute(map: AttributeMap, kind: Kind): string {
  return map.idp_id ?? ID[kind];
}

/** Profile fields from an entry; null where it has no identifier to know the person again by. */
export function mapEntry(
  entry: LdapEntry,
  map: AttributeMap,
  { kind, groups }: { kind: Kind; groups: readonly string[] },
): MappedProfile | null {
  const id = identifier(entry, idAttribute(map, kind));
  if (id === null) return null;
  const first = (field: keyof typeof FIELDS) => {
    const names = map[field] === undefined ? FIELDS[field] : [map[field]];
    return names.map((name) => text(entry, name)).find((value) => value !== null) ?? null;
  };
  const [firstName, lastName] = [first("first_name"), first("last_name")];
  const custom = Object.entries(map.custom_attributes ?? {});
  return {
    idp_id: id,
    email: first("email"),
    first_name: firstName,
    last_name: lastName,
    name: first("name") ?? ([firstName, lastName].filter(Boolean).join(" ") || null),
    groups: map.groups === undefined ? groups : texts(entry, map.groups),
    custom_attributes: valuesOf(entry, custom),
    raw_attributes: valuesOf(entry, rawNames(map)),
  };
}

/** What the profile was made of, under the directory's own names; what only says whether they may sign in is left out. */
function rawNames({ idp_id: _id, groups: _groups, custom_attributes = {}, ...mapped }: AttributeMap) {
  const names = [
    ...Object.values(FIELDS).flat(),
    ...Object.values(mapped),
    ...Object.values(custom_attributes),
    "uid",
  ];
  return [...new Set(names)].map((name): [string, string] => [name, name]);
}

function valuesOf(entry: LdapEntry, fields: readonly (readonly [string, string])[]) {
  return Object.fromEntries(
    fields.flatMap(([field, name]): [string, string | string[]][] => {
      const [only, ...more] = texts(entry, name);
      if (only === undefined) return [];
      return [[field, more.length === 0 ? only : [only, ...more]]];
    }),
  );
}

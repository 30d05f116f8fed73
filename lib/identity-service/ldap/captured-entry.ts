import { STATE_ATTRIBUTES } from "./account-state.ts";
import { identifier, type LdapEntry, texts } from "./entry.ts";
import { defaultNames, type Kind, type NamedField } from "./profile.ts";

/** An entry as it is written down: octets as base64. What only says whether somebody may sign in is left out. */
export type KeptEntry = Record<string, string | string[] | { octets: string }>;

const STATE = new Set(STATE_ATTRIBUTES.map((name) => name.toLowerCase()));

export function keepEntry(entry: LdapEntry): KeptEntry {
  return Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]): [string, KeptEntry[string]][] => {
      if (STATE.has(name.toLowerCase())) return [];
      const [first] = [value].flat();
      if (first === undefined) return [];
      if (Buffer.isBuffer(first)) return [[name, { octets: first.toString("base64") }]];
      return [[name, [value].flat().filter((each): each is string => typeof each === "string")]];
    }),
  );
}

export function entryFrom(kept: KeptEntry): LdapEntry {
  const { dn, ...attributes } = kept;
  const values = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === "object" && "octets" in value ? Buffer.from(value.octets, "base64") : value,
  ]);
  return { ...Object.fromEntries(values), dn: String([dn].flat()[0] ?? "") };
}

/** What an attribute says, as lines to show: an identifier in octets as the directory's own tools write it. */
export function entryValues(entry: LdapEntry, name: string): string[] {
  const readable = texts(entry, name);
  if (readable.length > 0) return readable;
  const id = identifier(entry, name);
  return id === null ? [] : [id];
}

/** The names under which a field is looked for where no map names its attribute. Groups are not in the entry. */
export function ldapNames(field: NamedField | "groups", kind: Kind): readonly string[] {
  return field === "groups" ? [] : defaultNames(field, kind);
}

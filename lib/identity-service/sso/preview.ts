import type { AttributeMap, RoleMap } from "../connections/settings.ts";
import { entryFrom, entryValues, ldapNames } from "../ldap/captured-entry.ts";
import { claimValues, PROTOCOL_CLAIMS, STANDARD_CLAIMS } from "../oidc/claims.ts";
import { attributeBy, emailInNameId, samlNames } from "../saml/profile.ts";
import type { Captured, CapturedAnswer, LdapAnswer, OidcAnswer, SamlAnswer } from "./captured.ts";
import { DEFAULT_ROLE } from "./finish.ts";

const FIELDS = ["idp_id", "email", "first_name", "last_name", "name", "groups"] as const;
export type Field = (typeof FIELDS)[number];
const VALUES_MAX = 100;

interface Received {
  name: string;
  friendly_name: string | null;
  values: readonly string[];
}

/** What is asked of an answer: under which of these names something came, the first that did. */
interface Reader {
  received: readonly Received[];
  find(names: readonly string[]): Received | null;
  usual(field: Field): readonly string[];
  /** Where a field that no attribute fills is taken from otherwise. */
  otherwise(field: Field): Received | null;
}

/** What was received, beside what the maps make of it; null where nothing that was received can be believed. */
export function previewOf({ answer, attribute_map, role_map }: Captured) {
  const reader = readerOf(answer, attribute_map);
  if (!reader) return null;
  const standard = FIELDS.map((field) => {
    const mapped = attribute_map[field] ?? null;
    const found = reader.find(mapped === null ? reader.usual(field) : [mapped]);
    return line(field, mapped, found ?? (mapped === null ? reader.otherwise(field) : null), false);
  });
  const custom = Object.entries(attribute_map.custom_attributes ?? {}).map(([field, mapped]) =>
    line(field, mapped, reader.find([mapped]), true),
  );
  const fields = [...standard, ...custom];
  const groups = standard.find(({ field }) => field === "groups")?.values ?? [];
  return {
    attributes: reader.received.map(({ values, ...each }) => ({
      ...each,
      values: values.slice(0, VALUES_MAX),
      fields: fields.filter(({ attribute }) => attribute === each.name).map(({ field }) => field),
    })),
    fields: fields.map((each) => ({ ...each, values: each.values.slice(0, VALUES_MAX) })),
    roles: rolesBeside(groups, role_map),
  };
}

function line(field: string, mapped: string | null, found: Received | null, custom: boolean) {
  return { field, custom, mapped, attribute: found?.name || null, values: found?.values ?? [] };
}

/** Each role that somebody gets, with the group that brings it; null where roles do not come from the provider. */
function rolesBeside(groups: readonly string[], map: RoleMap) {
  if (map.length === 0) return null;
  const brought = map.filter(({ group }) => groups.includes(group));
  const first = brought.filter(
    ({ role }, index) => brought.findIndex((each) => each.role === role) === index,
  );
  return first.length > 0
    ? first.map(({ role, group }) => ({ role, group }))
    : [{ role: DEFAULT_ROLE, group: null }];
}

function readerOf(answer: CapturedAnswer, map: AttributeMap): Reader | null {
  switch (answer.protocol) {
    case "saml":
      return samlReader(answer);
    case "oidc":
      return oidcReader(answer);
    case "ldap":
      return ldapReader(answer, map);
  }
}

function samlReader({ received }: SamlAnswer): Reader | null {
  if (!received) return null;
  const shown = (found: { name: string; friendlyName: string | null; values: readonly string[] }) => ({
    name: found.name,
    friendly_name: found.friendlyName,
    values: found.values,
  });
  const nameId = shown({ name: "NameID", friendlyName: null, values: [received.nameId.value] });
  const reader: Reader = {
    received: [nameId, ...received.attributes.map(shown)],
    find(names) {
      const found = attributeBy(received, names);
      return found && shown(found);
    },
    usual: samlNames,
    otherwise(field) {
      if (field === "email" && emailInNameId(received) !== null) return nameId;
      return field === "name" ? fullName(reader) : null;
    },
  };
  return reader;
}

function oidcReader({ received }: OidcAnswer): Reader | null {
  if (!received) return null;
  const of = (name: string): Received | null => {
    const values = claimValues(received[name]);
    return values.length > 0 ? { name, friendly_name: null, values } : null;
  };
  return {
    received: Object.keys(received).flatMap((name) =>
      PROTOCOL_CLAIMS.has(name) && name !== STANDARD_CLAIMS.idp_id ? [] : (of(name) ?? []),
    ),
    find: (names) => names.map(of).find((found) => found !== null) ?? null,
    usual: (field) => [STANDARD_CLAIMS[field]],
    otherwise: (field) => (field === "idp_id" ? of("sub") : null),
  };
}

function ldapReader({ entry: kept, kind, groups }: LdapAnswer, map: AttributeMap): Reader {
  const entry = entryFrom(kept);
  const of = (name: string): Received | null => {
    const values = entryValues(entry, name);
    return values.length > 0 ? { name, friendly_name: null, values } : null;
  };
  const found: Received = { name: "groups", friendly_name: null, values: groups };
  const reader: Reader = {
    received: [
      ...Object.keys(kept).flatMap((name) => (name === "dn" ? [] : (of(name) ?? []))),
      ...(groups.length > 0 && map.groups === undefined ? [found] : []),
    ],
    find: (names) => names.map(of).find((each) => each !== null) ?? null,
    usual: (field) => ldapNames(field, kind),
    otherwise(field) {
      if (field === "groups") return groups.length > 0 ? found : null;
      return field === "name" ? fullName(reader) : null;
    },
  };
  return reader;
}

/** Made of two, where no attribute holds it whole: it has no name then. */
function fullName(reader: Reader): Received | null {
  const parts = (["first_name", "last_name"] as const).flatMap(
    (field) => reader.find(reader.usual(field))?.values[0] ?? [],
  );
  return parts.length > 0 ? { name: "", friendly_name: null, values: [parts.join(" ")] } : null;
}

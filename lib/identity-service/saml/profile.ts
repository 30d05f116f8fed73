import {
  type Attribute,
  type AttributeMap,
  type MappedProfile,
  SamlInputError,
  type VerifiedAssertion,
} from "./types.ts";

type Field = Exclude<keyof AttributeMap, "custom_attributes">;
/** What a profile is made of. */
type Believed = Pick<VerifiedAssertion, "nameId" | "attributes">;

const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const MICROSOFT = "http://schemas.microsoft.com";

/**
 * How the attribute of each field is called by default: by Okta, Google and most that are set up by hand; by Entra and
 * ADFS (claims); by Shibboleth, simpleSAMLphp and Keycloak (urn:oid, or its friendly name). First match wins.
 */
const DEFAULT_NAMES: Readonly<Record<Field, readonly string[]>> = {
  idp_id: ["NameID"],
  email: [
    `${CLAIMS}/emailaddress`,
    ...["email", "mail", "emailAddress", "e-mail", "user.email"],
    "urn:oid:0.9.2342.19200300.100.1.3",
    "urn:oid:1.2.840.113549.1.9.1",
  ],
  first_name: [
    `${CLAIMS}/givenname`,
    ...["first_name", "firstName", "givenName", "given_name", "user.firstName"],
    "urn:oid:2.5.4.42",
  ],
  last_name: [
    `${CLAIMS}/surname`,
    ...["last_name", "lastName", "sn", "surname", "family_name", "user.lastName"],
    "urn:oid:2.5.4.4",
  ],
  name: [
    `${MICROSOFT}/identity/claims/displayname`,
    ...["display_name", "displayName", "cn", "name", "full_name"],
    "urn:oid:2.16.840.1.113730.3.1.241",
    "urn:oid:2.5.4.3",
  ],
  groups: [
    `${MICROSOFT}/ws/2008/06/identity/claims/groups`,
    "http://schemas.xmlsoap.org/claims/Group",
    ...["groups", "group", "memberOf", "isMemberOf", "eduPersonEntitlement"],
    `${MICROSOFT}/ws/2008/06/identity/claims/role`,
    "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
    "urn:oid:1.2.840.113556.1.2.102",
  ],
};

/**
 * A person's profile, of what the assertion says; nothing is made up.
 * @throws SamlInputError when it holds nothing to know the person again by.
 */
export function mapProfile(assertion: Believed, map: AttributeMap): MappedProfile {
  const valuesOf = (field: Field) => {
    const names = map[field] ? [map[field]] : DEFAULT_NAMES[field];
    return attributeBy(assertion, names)?.values ?? [];
  };
  const first = (field: Field) => valuesOf(field).find((value) => value !== "") ?? null;
  const firstName = first("first_name");
  const lastName = first("last_name");
  return {
    idp_id: requireIdentifier(first("idp_id"), assertion, map),
    email: first("email") ?? (map.email ? null : emailInNameId(assertion)),
    first_name: firstName,
    last_name: lastName,
    name: first("name") ?? ([firstName, lastName].filter(Boolean).join(" ") || null),
    groups: [...new Set(valuesOf("groups"))].filter((value) => value !== ""),
    custom_attributes: customAttributes(assertion, map),
    raw_attributes: Object.fromEntries(
      assertion.attributes.map(({ name, values }) => [name, oneOrMany(values)]),
    ),
  };
}

/** Never another value in place of the one that was asked for: it might be another person's. */
function requireIdentifier(found: string | null, { nameId }: Believed, map: AttributeMap): string {
  if (found === null) {
    throw new SamlInputError(
      `The identity provider did not send "${map.idp_id}", by which this connection knows people.`,
    );
  }
  if (!map.idp_id && nameId.format === TRANSIENT) {
    throw new SamlInputError(
      "The identity provider names people differently at every sign-in (transient NameID). Have it send a persistent one, or map idp_id to an attribute.",
    );
  }
  return found;
}

/** The names under which a field is looked for where no map names its attribute. */
export function samlNames(field: Field): readonly string[] {
  return DEFAULT_NAMES[field];
}

/** By Name, else by FriendlyName, in the order of the names; case does not matter. */
export function attributeBy(assertion: Believed, names: readonly string[]): Attribute | null {
  for (const name of names) {
    if (name === "NameID") return { name, friendlyName: null, values: [assertion.nameId.value] };
    const wanted = name.toLowerCase();
    const found =
      assertion.attributes.find((attribute) => attribute.name.toLowerCase() === wanted) ??
      assertion.attributes.find(({ friendlyName }) => friendlyName?.toLowerCase() === wanted);
    if (found) return found;
  }
  return null;
}

/** Many send the address as the NameID only. */
export function emailInNameId({ nameId }: Believed): string | null {
  return /^[^\s@]+@[^\s@]+$/.test(nameId.value) ? nameId.value : null;
}

function customAttributes(assertion: Believed, map: AttributeMap): MappedProfile["custom_attributes"] {
  const entries = Object.entries(map.custom_attributes ?? {}).flatMap(([field, name]) => {
    const values = attributeBy(assertion, [name])?.values ?? [];
    return values.length > 0 ? [[field, oneOrMany(values)] as const] : [];
  });
  return Object.fromEntries(entries);
}

function oneOrMany(values: Attribute["values"]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

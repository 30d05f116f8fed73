// The attributes of RFC 7643 that this service knows the kind of. Providers may send others: they are kept as they come.

export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export type Kind = "string" | "boolean" | "complex";

export interface Attribute {
  readonly name: string;
  readonly kind: Kind;
  readonly many: boolean;
  readonly parts: readonly string[];
}

const PLURAL = ["value", "display", "type", "primary", "$ref"];

/** `name`, `name!` for a boolean, `name{a,b}` complex, `name[]` plural, `name[a,b]` plural with parts of its own. */
function describe(text: string): Attribute {
  const [, name = "", flag, parts, own] = /^([\w$]+)(!)?(?:\{(.*)\})?(?:\[(.*)\])?$/.exec(text) ?? [];
  if (own !== undefined)
    return { name, kind: "complex", many: true, parts: own === "" ? PLURAL : own.split(",") };
  if (parts !== undefined) return { name, kind: "complex", many: false, parts: parts.split(",") };
  return { name, kind: flag ? "boolean" : "string", many: false, parts: [] };
}

export const USER_ATTRIBUTES = [
  "externalId",
  "userName",
  "name{formatted,familyName,givenName,middleName,honorificPrefix,honorificSuffix}",
  "displayName",
  "nickName",
  "profileUrl",
  "title",
  "userType",
  "preferredLanguage",
  "locale",
  "timezone",
  "active!",
  "emails[]",
  "phoneNumbers[]",
  "ims[]",
  "photos[]",
  "addresses[formatted,streetAddress,locality,region,postalCode,country,type,primary]",
  "entitlements[]",
  "roles[]",
  "x509Certificates[]",
].map(describe);

export const ENTERPRISE_ATTRIBUTES = [
  "employeeNumber",
  "costCenter",
  "organization",
  "division",
  "department",
  "manager{value,$ref,displayName}",
].map(describe);

export const GROUP_ATTRIBUTES = ["externalId", "displayName"].map(describe);

/** In lower case, what the service alone decides, keeps elsewhere, or never keeps. */
export const NOT_KEPT = new Set(["id", "meta", "groups", "password", "members", "__proto__"]);

export type Resource = "User" | "Group";

const BY_NAME: Record<Resource | "Enterprise", ReadonlyMap<string, Attribute>> = {
  User: byName(USER_ATTRIBUTES),
  Group: byName(GROUP_ATTRIBUTES),
  Enterprise: byName(ENTERPRISE_ATTRIBUTES),
};

function byName(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  return new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
}

/** The attribute of this name in any case (RFC 7643, 2.1); undefined for one that only the provider knows. */
export function attributeNamed(
  resource: Resource,
  extension: string | null,
  name: string,
): Attribute | undefined {
  if (extension === null) return BY_NAME[resource].get(name.toLowerCase());
  return extension === ENTERPRISE_SCHEMA ? BY_NAME.Enterprise.get(name.toLowerCase()) : undefined;
}

/** A part's name as the RFC writes it. */
export function partNamed(attribute: Attribute | undefined, name: string): string {
  return attribute?.parts.find((part) => part.toLowerCase() === name.toLowerCase()) ?? name;
}

/** An extension's URN as the RFC writes it; that of the resource's own schema is none. */
export function extensionNamed(resource: Resource, urn: string): string | null {
  const lower = urn.toLowerCase();
  if (lower === (resource === "User" ? USER_SCHEMA : GROUP_SCHEMA).toLowerCase()) return null;
  return lower === ENTERPRISE_SCHEMA.toLowerCase() ? ENTERPRISE_SCHEMA : urn;
}

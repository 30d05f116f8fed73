import type { AttributeMap } from "../connections/settings.ts";
import type { MappedProfile } from "../saml/types.ts";

type Claims = Readonly<Record<string, unknown>>;
type Attribute = string | readonly string[];

/** Claims of the protocol, not of the person. */
export const PROTOCOL_CLAIMS = new Set(
  "iss aud exp iat nbf nonce at_hash c_hash s_hash auth_time azp acr amr sid jti typ".split(" "),
);
/** As OpenID Connect names them; groups as everybody does. */
export const STANDARD_CLAIMS = {
  idp_id: "sub",
  email: "email",
  first_name: "given_name",
  last_name: "family_name",
  name: "name",
  groups: "groups",
} as const;

/** Profile fields from claims, by the connection's attribute map or by the names OpenID Connect gives them (core 5.1). */
export function mapClaims(claims: Claims & { sub: string }, map: AttributeMap): MappedProfile {
  const read = (field: Exclude<keyof typeof STANDARD_CLAIMS, "groups">) =>
    text(claims[map[field] ?? STANDARD_CLAIMS[field]]);
  const custom = Object.entries(map.custom_attributes ?? {}).flatMap(
    ([field, claim]): [string, Attribute][] => {
      const value = attribute(claims[claim]);
      return value === null ? [] : [[field, value]];
    },
  );
  const raw = Object.entries(claims).flatMap(([name, claim]): [string, Attribute][] => {
    const value = PROTOCOL_CLAIMS.has(name) ? null : attribute(claim);
    return value === null ? [] : [[name, value]];
  });
  return {
    idp_id: read("idp_id") ?? claims.sub,
    email: read("email"),
    first_name: read("first_name"),
    last_name: read("last_name"),
    name: read("name"),
    groups: list(claims[map.groups ?? STANDARD_CLAIMS.groups]),
    custom_attributes: Object.fromEntries(custom),
    raw_attributes: Object.fromEntries(raw),
  };
}

function text(claim: unknown): string | null {
  return typeof claim === "string" && claim.trim() !== "" ? claim.trim() : null;
}

function list(claim: unknown): string[] {
  if (typeof claim === "string") return [claim];
  return Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : [];
}

/** What a claim says, as lines to show. */
export function claimValues(claim: unknown): string[] {
  const value = attribute(claim);
  return value === null || value === "" ? [] : [value].flat();
}

function attribute(claim: unknown): Attribute | null {
  if (typeof claim === "string") return claim;
  if (typeof claim === "number" || typeof claim === "boolean") return String(claim);
  if (Array.isArray(claim)) return claim.filter((each) => typeof each === "string");
  return claim === null || claim === undefined ? null : JSON.stringify(claim);
}

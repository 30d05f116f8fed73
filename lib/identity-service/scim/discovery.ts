import { BULK_BYTES_MAX, BULK_OPERATIONS_MAX } from "./bulk.ts";
import { ScimError } from "./errors.ts";
import { COUNT_MAX, listResponse } from "./list.ts";
import type { Attributes } from "./match.ts";
import {
  type Attribute,
  ENTERPRISE_ATTRIBUTES,
  ENTERPRISE_SCHEMA,
  GROUP_ATTRIBUTES,
  GROUP_SCHEMA,
  USER_ATTRIBUTES,
  USER_SCHEMA,
} from "./schema.ts";

const CORE = "urn:ietf:params:scim:schemas:core:2.0";

/** What this service can do (RFC 7643, 5). */
export function serviceProviderConfig(location: string): Attributes {
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: BULK_OPERATIONS_MAX, maxPayloadSize: BULK_BYTES_MAX },
    filter: { supported: true, maxResults: COUNT_MAX },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Bearer token",
        description: "The token that was shown when the directory was made or its token rotated.",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${location}/ServiceProviderConfig` },
  };
}

export function resourceTypes(location: string): Attributes {
  return all(["User", "Group"].map((id) => resourceType(location, id)));
}

export function resourceType(location: string, id: string): Attributes {
  if (id !== "User" && id !== "Group") throw new ScimError(404, `Resource type not found: '${id}'.`);
  return {
    schemas: [`${CORE}:ResourceType`],
    id,
    name: id,
    endpoint: `/${id}s`,
    description: id === "User" ? "A person of the directory" : "A group of people",
    schema: id === "User" ? USER_SCHEMA : GROUP_SCHEMA,
    ...(id === "User" ? { schemaExtensions: [{ schema: ENTERPRISE_SCHEMA, required: false }] } : {}),
    meta: { resourceType: "ResourceType", location: `${location}/ResourceTypes/${id}` },
  };
}

export function schemas(location: string): Attributes {
  return all([USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_SCHEMA].map((id) => schema(location, id)));
}

/** A schema by its URN. @throws ScimError 404 for one that only a provider knows. */
export function schema(location: string, id: string): Attributes {
  const known = SCHEMAS.get(id);
  if (!known) throw new ScimError(404, `Schema not found: '${id}'.`);
  return {
    schemas: [`${CORE}:Schema`],
    id,
    name: known.name,
    description: known.name,
    attributes: known.attributes,
    meta: { resourceType: "Schema", location: `${location}/Schemas/${id}` },
  };
}

function all(resources: Attributes[]): Attributes {
  const request = { startIndex: 1 };
  return listResponse({ total: resources.length, rows: resources }, request);
}

const MEMBERS = {
  ...described({ name: "members", kind: "complex", many: true, parts: ["value", "display", "$ref", "type"] }),
  description: "The users in the group",
};
const GROUPS = {
  ...described({ name: "groups", kind: "complex", many: true, parts: ["value", "display", "type"] }),
  mutability: "readOnly",
  description: "The groups that the user is in",
};

const SCHEMAS = new Map([
  [USER_SCHEMA, { name: "User", attributes: [...USER_ATTRIBUTES.map(described), GROUPS] }],
  [GROUP_SCHEMA, { name: "Group", attributes: [...GROUP_ATTRIBUTES.map(described), MEMBERS] }],
  [ENTERPRISE_SCHEMA, { name: "Enterprise User", attributes: ENTERPRISE_ATTRIBUTES.map(described) }],
]);

function described({ name, kind, many, parts }: Attribute): Record<string, unknown> {
  const required = name === "userName";
  return {
    name,
    type: kind,
    multiValued: many,
    description: name,
    required,
    caseExact: name === "externalId",
    mutability: "readWrite",
    returned: "default",
    uniqueness: required ? "server" : "none",
    ...(parts.length > 0
      ? {
          subAttributes: parts.map((part) =>
            described({
              name: part,
              kind: part === "primary" ? "boolean" : "string",
              many: false,
              parts: [],
            }),
          ),
        }
      : {}),
  };
}

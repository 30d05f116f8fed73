import { z } from "zod";
import { VERSION } from "#lib/shared/version.ts";
import { CreateToken } from "../management/tokens.ts";
import { CUSTOMER_OPERATIONS } from "./customers.ts";
import { ENVIRONMENT_OPERATIONS } from "./environments.ts";
import { type Answer, listOf, made, NOTHING, type Operation, type Operations, one } from "./operation.ts";

const SERVICE_OPERATIONS: Operations = {
  "GET /service": {
    summary: "Proves, by signing the nonce, which host this is. Ask before showing a credential.",
    query: ["nonce"],
    answer: one("service"),
    open: true,
  },
  "GET /openapi.json": { summary: "This document.", answer: one(null), open: true },
  "GET /capabilities": {
    summary: "Lists every operation of WorkOS's API, and what becomes of it here.",
    answer: one("capabilities"),
  },
  "POST /clock/accept": {
    summary: "Says that the clock is right now, whatever was on record.",
    answer: one("clock"),
  },
  "POST /management_tokens": {
    summary: "Makes a credential for this API. Its value is shown in this answer only.",
    body: CreateToken,
    answer: made("management_token"),
  },
  "GET /management_tokens": {
    summary: "Lists credentials, without their values.",
    answer: listOf("management_token"),
  },
  "DELETE /management_tokens/{id}": { summary: "Takes a credential away.", answer: NOTHING },
};

/** Every operation under `/sallyport/v1`. A test holds this list against the routes that are registered. */
export const MANAGEMENT_OPERATIONS: Operations = {
  ...SERVICE_OPERATIONS,
  ...ENVIRONMENT_OPERATIONS,
  ...CUSTOMER_OPERATIONS,
};

/** The management API as an OpenAPI 3.1 document. */
export function openApiDocument(baseUrl: string) {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, operation] of Object.entries(MANAGEMENT_OPERATIONS)) {
    const [method = "", path = ""] = name.split(" ");
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = describe(method, path, operation);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Sallyport offline identity service: management API", version: VERSION },
    servers: [{ url: `${baseUrl}/sallyport/v1` }],
    security: [{ managementToken: [] }],
    paths,
    components: {
      securitySchemes: { managementToken: { type: "http", scheme: "bearer" } },
      schemas: { Error: ERROR, ListMetadata: LIST_METADATA },
    },
  };
}

function describe(method: string, path: string, { summary, body, query, answer, open }: Operation) {
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, "_").replace(/_$/, "")}`,
    summary,
    ...(open ? { security: [] } : {}),
    parameters: [
      ...[...path.matchAll(/{(\w+)}/g)].map(([, name]) => ({
        name,
        in: "path",
        required: true,
        schema: TEXT,
      })),
      ...(answer.paged ? PAGE_PARAMETERS : []),
      ...(query ?? []).map((name) => ({ name, in: "query", schema: TEXT })),
    ],
    ...(body ? { requestBody: requestBody(body) } : {}),
    responses: {
      [answer.status]: response(answer),
      default: {
        description: "What was wrong.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function requestBody(body: z.ZodType) {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(body, { io: "input", unrepresentable: "any" });
  // No body at all is read as an empty one.
  return { required: !body.safeParse({}).success, content: { "application/json": { schema } } };
}

function response({ status, object, list }: Answer) {
  if (status === 204) return { description: "Done." };
  const single = {
    type: "object",
    ...(object === null ? {} : { required: ["object"], properties: { object: { const: object } } }),
  };
  const schema = list
    ? {
        type: "object",
        required: ["object", "data", "list_metadata"],
        properties: {
          object: { const: "list" },
          data: { type: "array", items: single },
          list_metadata: { $ref: "#/components/schemas/ListMetadata" },
        },
      }
    : single;
  return { description: "As asked.", content: { "application/json": { schema } } };
}

const TEXT = { type: "string" };
const TEXT_OR_NULL = { type: ["string", "null"] };

const PAGE_PARAMETERS = [
  { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100, default: 10 } },
  { name: "order", in: "query", schema: { enum: ["asc", "desc", "normal"], default: "desc" } },
  { name: "before", in: "query", schema: TEXT },
  { name: "after", in: "query", schema: TEXT },
];

const LIST_METADATA = {
  type: "object",
  required: ["before", "after"],
  properties: { before: TEXT_OR_NULL, after: TEXT_OR_NULL },
};

const ERROR = {
  type: "object",
  required: ["message"],
  properties: {
    message: TEXT,
    code: TEXT,
    entity_id: TEXT,
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["field", "code"],
        properties: { field: TEXT, code: TEXT, message: TEXT },
      },
    },
  },
};

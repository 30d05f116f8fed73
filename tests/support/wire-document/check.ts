import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { GAP_EVENT } from "#lib/shared/gateway/gap.ts";
import { type DeclaredOperation, type Schema, wireDocument } from "./document.ts";

export interface Answered {
  status: number;
  type: string;
  text: string;
}

/** One way in which an answer is not what the document declares; `what` names places and kinds, and no value of anybody's. */
export interface Violation {
  operation: string;
  status: number;
  what: string;
}

/** Every way in which an answer of a declared operation is not as declared. */
export function violationsOf(operation: DeclaredOperation, answered: Answered): Violation[] {
  return problemsOf(operation, answered).map((what) => ({
    operation: operation.name,
    status: answered.status,
    what,
  }));
}

function problemsOf(operation: DeclaredOperation, answered: Answered): string[] {
  if (answered.status >= 400) return problemsOfRefusal(operation, answered);
  // A person may be shown a page on the way, where an SDK only makes the address.
  if (isForBrowsers(operation) && answered.type.startsWith("text/html")) return [];
  const schema = operation.responses[answered.status];
  if (schema === undefined) return ["the status is not declared"];
  // An empty schema stands where there is no body (DELETE /directories/{id}).
  if (schema === null || Object.keys(schema).length === 0) return problemsOfNoBody(answered);
  const body = jsonOf(answered);
  if (body === undefined) return ["the body is not JSON"];
  return operation.name === "GET /events" ? problemsOfEvents(body) : problemsBy(validatorOf(schema), body);
}

/** A body without the type of JSON is no harm to an SDK; the type of JSON without a body is (workos-wire, 1). */
function problemsOfNoBody({ type, text }: Answered): string[] {
  return type.includes("json") && text === "" ? ["JSON is announced and there is none"] : [];
}

// What any operation may answer whatever it declares: WorkOS's shared refusals, what HTTP itself has for a body that cannot be
// read, and the service that is too busy.
const SHARED = [400, 401, 403, 404, 409, 413, 414, 415, 422, 429, 503];

function problemsOfRefusal(operation: DeclaredOperation, answered: Answered): string[] {
  const declared = operation.responses[answered.status];
  if (declared === undefined && !SHARED.includes(answered.status)) return ["the status is not declared"];
  if (isForBrowsers(operation) && answered.type.startsWith("text/html")) return [];
  const body = jsonOf(answered);
  if (body === undefined) return ["the body is not JSON"];
  if (declared && validatorOf(declared)(body)) return [];
  return problemsBy(validatorOf(refusalOf(operation, answered.status)), body);
}

function isForBrowsers({ responses }: DeclaredOperation): boolean {
  return responses[302] !== undefined;
}

// Which of the shapes an SDK tells apart: `error` on a plain refusal would be taken for OAuth (workos-wire, 1.3).
const PLAIN = {
  type: "object",
  required: ["message"],
  properties: {
    message: { type: "string", minLength: 1 },
    code: { type: "string", minLength: 1 },
    errors: { type: "array", items: { type: ["object", "string"] } },
    error: false,
  },
};
const OAUTH = {
  type: "object",
  required: ["error", "error_description"],
  properties: {
    error: { type: "string", minLength: 1 },
    error_description: { type: "string", minLength: 1 },
    message: false,
  },
};
const VAULT = {
  type: "object",
  required: ["error"],
  properties: { error: { type: "string", minLength: 1 } },
};

const PLAIN_OR_OAUTH = { anyOf: [PLAIN, OAUTH] };

// The vault has a shape of its own for what is wrong with a request, and none for who may make it.
const VAULT_STATUSES = [400, 404, 409, 413, 415, 422];

function refusalOf({ name, responses }: DeclaredOperation, status: number): object {
  if (name.includes(" /vault/") && VAULT_STATUSES.includes(status)) return VAULT;
  const speaksOauth = Object.entries(responses).some(
    ([declared, schema]) => Number(declared) >= 400 && JSON.stringify(schema).includes('"error_description"'),
  );
  return speaksOauth ? PLAIN_OR_OAUTH : PLAIN;
}

const events = wireDocument.schemas.EventSchema as { allOf: [object, { oneOf: Schema[] }] };

/** Of 111 schemas an event is held against its own: all of them would say only that none fits. */
function problemsOfEvents(body: unknown): string[] {
  const list = problemsBy(validatorOf(EVENTS), body);
  const data = (body as { data?: unknown }).data;
  return [...list, ...(Array.isArray(data) ? data.flatMap(problemsOfEvent) : [])];
}

const EVENTS = {
  type: "object",
  required: ["object", "data", "list_metadata"],
  properties: {
    object: { const: "list" },
    data: { type: "array", items: events.allOf[0] },
    list_metadata: {
      type: "object",
      required: ["after"],
      properties: { after: { type: ["string", "null"] } },
    },
  },
};

let schemasOfEvents: Map<unknown, Schema> | undefined;

/** Every way in which one event, from the list or as it was delivered, is not what the document says of its name. */
export function problemsOfEvent(event: { event?: unknown }): string[] {
  // Ours: what a gateway lost of the events that it relays.
  if (event.event === GAP_EVENT) return [];
  schemasOfEvents ??= new Map(
    events.allOf[1].oneOf.map((schema) => [
      (schema as { properties: { event: { const: string } } }).properties.event.const,
      schema,
    ]),
  );
  const schema = schemasOfEvents.get(event.event);
  if (!schema) return ["an event of a name that is not declared"];
  return problemsBy(validatorOf(schema), event).map((problem) => `${event.event}: ${problem}`);
}

let ajv: Ajv2020 | undefined;
const validators = new Map<object, ValidateFunction>();

/** Compiled when first needed: a test file meets few of the operations. */
function validatorOf(schema: object): ValidateFunction {
  if (!ajv) {
    ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(wireDocument, "workos.json");
  }
  const known = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, known);
  return known;
}

function problemsBy(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return [...new Set((validate.errors ?? []).map(described))];
}

/** `/data/0/name must be string`, without the number: where, and what the document wants. Never the value, which may be a secret. */
function described({ instancePath, message, params }: ErrorObject): string {
  const allowed = "allowedValue" in params ? ` ${JSON.stringify(params.allowedValue)}` : "";
  return `${instancePath.replace(/\/\d+(?=\/|$)/g, "/*") || "/"} ${message}${allowed}`;
}

function jsonOf({ type, text }: Answered): unknown {
  if (!type.includes("application/json")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

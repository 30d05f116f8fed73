import type { WireError } from "../wire/errors.ts";
import { refusalOf } from "../wire/failures.ts";
import type { Caller } from "./caller.ts";
import { ScimError, scimBody } from "./errors.ts";
import * as groups from "./groups.ts";
import { type Attributes, isAttributes, keyOf } from "./match.ts";
import { etag } from "./meta.ts";
import { noteRefusals } from "./refusals.ts";
import * as users from "./users.ts";

export const BULK_OPERATIONS_MAX = 1_000;
export const BULK_BYTES_MAX = 16 * 1024 * 1024;

interface BulkOperation {
  method: string;
  kind: "Users" | "Groups";
  id: string | null;
  bulkId: string | null;
  version: string | undefined;
  data: unknown;
}

interface Outcome {
  location?: string;
  status: string;
  version?: string;
  response?: Attributes;
}

/**
 * Several changes in one request (RFC 7644, 3.7). Each stands for itself. What refers to a resource that the same request
 * makes waits until it is made, wherever in the list that is.
 */
export async function bulk(caller: Caller, body: unknown): Promise<Attributes> {
  const { operations, errorsMax } = readBulk(body);
  const outcomes = new Map<number, Outcome>();
  const made = new Map<string, string>();
  let failures = 0;
  let waiting = operations.map((_, index) => index);
  while (waiting.length > 0 && failures < errorsMax) {
    const later: number[] = [];
    for (const index of waiting) {
      const operation = operations[index];
      if (!operation || failures >= errorsMax) break;
      const resolved = resolve(operation, made, operations);
      if (resolved === null) later.push(index);
      else {
        const outcome = await carryOut(caller, resolved, made);
        outcomes.set(index, outcome);
        if (outcome.response) failures += 1;
      }
    }
    if (later.length === waiting.length) {
      for (const index of later) outcomes.set(index, refused(unresolved()));
      break;
    }
    waiting = later;
  }
  await keepRefusals(caller, operations, outcomes);
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
    Operations: operations.flatMap(({ method, bulkId }, index) => {
      const outcome = outcomes.get(index);
      return outcome ? [{ method, ...(bulkId === null ? {} : { bulkId }), ...outcome }] : [];
    }),
  };
}

async function keepRefusals(
  caller: Caller,
  operations: readonly BulkOperation[],
  outcomes: ReadonlyMap<number, Outcome>,
): Promise<void> {
  const refused = operations.flatMap(({ method, kind }, index) => {
    const { status, response } = outcomes.get(index) ?? {};
    if (!response) return [];
    const { detail, scimType } = response as { detail?: string; scimType?: string };
    return [
      { method, resource: kind, status: Number(status), detail: detail ?? "", reason: scimType ?? null },
    ];
  });
  await noteRefusals(caller, refused);
}

function readBulk(body: unknown): { operations: BulkOperation[]; errorsMax: number } {
  if (!isAttributes(body)) throw new ScimError(400, "The body must be a JSON object.", "invalidSyntax");
  const given = body[keyOf(body, "Operations") ?? ""];
  if (!Array.isArray(given)) throw new ScimError(400, "'Operations' must be a list.", "invalidSyntax");
  if (given.length > BULK_OPERATIONS_MAX)
    throw new ScimError(413, `A bulk request has at most ${BULK_OPERATIONS_MAX} operations.`, "tooMany");
  const limit = body[keyOf(body, "failOnErrors") ?? ""];
  return {
    operations: given.map(readOperation),
    errorsMax: typeof limit === "number" && limit >= 1 ? limit : Number.POSITIVE_INFINITY,
  };
}

function readOperation(given: unknown): BulkOperation {
  if (!isAttributes(given)) throw new ScimError(400, "An operation must be an object.", "invalidSyntax");
  const text = (name: string) => {
    const value = given[keyOf(given, name) ?? ""];
    return typeof value === "string" ? value : null;
  };
  const method = text("method")?.toUpperCase() ?? "";
  const path = /^\/(Users|Groups)(?:\/([^/]+))?$/.exec(text("path") ?? "");
  const [, kind, id = null] = path ?? [];
  const wellFormed =
    method === "POST" ? id === null : ["PUT", "PATCH", "DELETE"].includes(method) && id !== null;
  if (!kind || !wellFormed)
    throw new ScimError(
      400,
      "An operation is a POST to /Users or /Groups, or a PUT, PATCH or DELETE of one.",
      "invalidSyntax",
    );
  const bulkId = text("bulkId");
  if (method === "POST" && bulkId === null)
    throw new ScimError(400, "A POST in a bulk request needs a 'bulkId'.", "invalidSyntax");
  return {
    method,
    kind: kind as BulkOperation["kind"],
    id: id === null ? null : decodeURIComponent(id),
    bulkId,
    version: text("version") ?? undefined,
    data: given[keyOf(given, "data") ?? ""],
  };
}

const REFERENCE = "bulkId:";

/** The operation with ids in place of references; null while what it refers to is not made. */
function resolve(
  operation: BulkOperation,
  made: ReadonlyMap<string, string>,
  all: readonly BulkOperation[],
): BulkOperation | null {
  let complete = true;
  const known = new Set(all.flatMap(({ bulkId }) => (bulkId === null ? [] : [bulkId])));
  const replaced = (value: unknown): unknown => {
    if (typeof value === "string") {
      if (!value.startsWith(REFERENCE) || !known.has(value.slice(REFERENCE.length))) return value;
      const id = made.get(value.slice(REFERENCE.length));
      if (id === undefined) complete = false;
      return id ?? value;
    }
    if (Array.isArray(value)) return value.map(replaced);
    if (!isAttributes(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replaced(part)]));
  };
  const resolved = {
    ...operation,
    id: replaced(operation.id) as string | null,
    data: replaced(operation.data),
  };
  return complete ? resolved : null;
}

async function carryOut(
  caller: Caller,
  operation: BulkOperation,
  made: Map<string, string>,
): Promise<Outcome> {
  try {
    const { id, version, status } = await (operation.kind === "Users" ? onUser : onGroup)(caller, operation);
    if (operation.method === "POST" && operation.bulkId !== null) made.set(operation.bulkId, id);
    return {
      location: `${caller.location}/${operation.kind}/${id}`,
      status,
      ...(version === null ? {} : { version: etag(version) }),
    };
  } catch (error) {
    const refusal = refusalOf(error);
    // What may pass by itself is for the whole request to say, so that it is sent again.
    if (refusal.status >= 500) throw error;
    return refused(refusal);
  }
}

interface Done {
  id: string;
  version: number | null;
  status: string;
}

async function onUser(caller: Caller, { method, id, data, version }: BulkOperation): Promise<Done> {
  if (method === "POST") {
    const row = await users.createUser(caller, data);
    return { id: row.id, version: row.version, status: "201" };
  }
  const target = id ?? "";
  if (method === "DELETE") {
    await users.deleteUser(caller, target, version);
    return { id: target, version: null, status: "204" };
  }
  const change = method === "PUT" ? users.replaceUser : users.patchUser;
  const row = await change(caller, target, data, version);
  return { id: target, version: row.version, status: "200" };
}

async function onGroup(caller: Caller, { method, id, data, version }: BulkOperation): Promise<Done> {
  if (method === "POST") return { id: await groups.createGroup(caller, data), version: 1, status: "201" };
  const target = id ?? "";
  if (method === "DELETE") await groups.deleteGroup(caller, target, version);
  else await (method === "PUT" ? groups.replaceGroup : groups.patchGroup)(caller, target, data, version);
  return { id: target, version: null, status: method === "PUT" ? "200" : "204" };
}

function refused(refusal: WireError): Outcome {
  return { status: String(refusal.status), response: scimBody(refusal) };
}

function unresolved(): ScimError {
  return new ScimError(409, "The operation refers to one that was not carried out.", "invalidValue");
}

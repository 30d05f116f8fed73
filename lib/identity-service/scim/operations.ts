import { ScimError } from "./errors.ts";
import { parsePath, type TargetPath } from "./filter.ts";
import { type Attributes, isAttributes, keyOf } from "./match.ts";
import { ENTERPRISE_SCHEMA, extensionNamed, NOT_KEPT, type Resource } from "./schema.ts";

/** One step of a PATCH, aimed at one attribute. */
export interface Operation {
  op: "add" | "replace" | "remove";
  path: TargetPath;
  value: unknown;
}

const OPERATIONS_MAX = 1_000;

/**
 * Reads a PATCH's operations (RFC 7644, 3.5.2) as providers send them: names and verbs in any case, and without a path
 * an object whose keys are attributes, or paths to them.
 */
export function readOperations(resource: Resource, body: unknown): Operation[] {
  if (!isAttributes(body)) throw new ScimError(400, "The body must be a JSON object.", "invalidSyntax");
  const given = body[keyOf(body, "Operations") ?? ""];
  if (!Array.isArray(given)) throw new ScimError(400, "'Operations' must be a list.", "invalidSyntax");
  if (given.length > OPERATIONS_MAX)
    throw new ScimError(413, `A PATCH has at most ${OPERATIONS_MAX} operations.`, "tooMany");
  return given.flatMap((each) => readOperation(resource, each));
}

function readOperation(resource: Resource, given: unknown): Operation[] {
  if (!isAttributes(given)) throw new ScimError(400, "An operation must be an object.", "invalidSyntax");
  const part = (name: string) => given[keyOf(given, name) ?? ""];
  const op = String(part("op")).toLowerCase();
  if (op !== "add" && op !== "replace" && op !== "remove")
    throw new ScimError(400, "'op' must be add, replace or remove.", "invalidSyntax");
  const [path, value] = [part("path"), part("value")];
  if (typeof path === "string" && path.trim() !== "") {
    const target = parsePath(path);
    requireWritable(resource, target);
    return isWholeExtension(resource, target)
      ? insideExtension(op, `${target.extension}:${target.name}`, value)
      : [{ op, path: target, value }];
  }
  if (op === "remove") throw new ScimError(400, "Say in 'path' what to remove.", "noTarget");
  if (!isAttributes(value))
    throw new ScimError(400, "Without a path, 'value' must be an object of attributes.", "invalidValue");
  return withoutPath(resource, op, value);
}

/** Okta sends the id along and Entra dotted keys: the one is left out, the others are paths. */
function withoutPath(resource: Resource, op: Operation["op"], value: Attributes): Operation[] {
  return Object.entries(value).flatMap(([key, part]) => {
    if (key.toLowerCase() === "schemas") return [];
    if (key.toLowerCase() !== "members" && NOT_KEPT.has(key.toLowerCase())) return [];
    const path = parsePath(key);
    if (key.toLowerCase().startsWith("urn:") && isAttributes(part) && !isKnownAttribute(resource, path))
      return insideExtension(op, key, part);
    return [{ op, path, value: part }];
  });
}

function insideExtension(op: Operation["op"], urn: string, value: unknown): Operation[] {
  if (op === "remove") return [{ op, path: { extension: urn, name: "", part: null, filter: null }, value }];
  if (!isAttributes(value)) throw new ScimError(400, `'${urn}' must be an object.`, "invalidValue");
  return Object.entries(value).map(([name, part]) => ({
    op,
    path: { extension: urn, name, part: null, filter: null },
    value: part,
  }));
}

function isWholeExtension(resource: Resource, { extension, name, part, filter }: TargetPath): boolean {
  if (extension === null || part !== null || filter !== null) return false;
  const named = extensionNamed(resource, `${extension}:${name}`);
  return named === null || named === ENTERPRISE_SCHEMA;
}

/** `urn:…:User:manager` is an attribute of an extension that is known, and not an extension itself. */
function isKnownAttribute(resource: Resource, { extension }: TargetPath): boolean {
  const named = extension === null ? null : extensionNamed(resource, extension);
  return named === null || named === ENTERPRISE_SCHEMA;
}

function requireWritable(resource: Resource, { extension, name }: TargetPath): void {
  if (extension !== null && extensionNamed(resource, extension) !== null) return;
  const key = name.toLowerCase();
  if (key === "members" && resource === "Group") return;
  if (key !== "password" && NOT_KEPT.has(key))
    throw new ScimError(400, `'${name}' is decided by this service.`, "mutability");
}

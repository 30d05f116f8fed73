import { ScimError } from "./errors.ts";
import { type Attributes, isAttributes, isPresent } from "./match.ts";
import {
  type Attribute,
  attributeNamed,
  extensionNamed,
  NOT_KEPT,
  partNamed,
  type Resource,
} from "./schema.ts";

/**
 * What a provider sent, in the RFC's own spelling and kinds: names in their case, `"False"` as false, one value where
 * one belongs, a list where many do. What is empty is left out, and so is what the service alone decides.
 */
export function normalResource(resource: Resource, sent: unknown): Attributes {
  if (!isAttributes(sent)) throw new ScimError(400, "The body must be a JSON object.", "invalidSyntax");
  const normal: Attributes = {};
  for (const [key, value] of Object.entries(sent)) {
    if (NOT_KEPT.has(key.toLowerCase())) continue;
    if (key.toLowerCase() === "schemas") normal.schemas = value;
    else if (key.toLowerCase().startsWith("urn:")) addExtension(resource, normal, key, value);
    else addTo(normal, attributeNamed(resource, null, key), key, value);
  }
  return normal;
}

/** One attribute's value as it is kept; undefined for one that says nothing. */
export function normalValue(attribute: Attribute | undefined, value: unknown): unknown {
  if (!attribute) return isPresent(value) ? value : undefined;
  if (attribute.many) {
    const values = [value].flat().map((each) => normalElement(attribute, each));
    const kept = values.filter(isPresent);
    return kept.length > 0 ? kept : undefined;
  }
  const single = one(attribute, value);
  if (!isPresent(single)) return undefined;
  if (attribute.kind === "boolean") return normalBoolean(attribute.name, single);
  if (attribute.kind === "complex") return normalComplex(attribute, single);
  if (typeof single === "object") throw wrongKind(attribute.name, "text");
  return String(single);
}

/** One value of a plural attribute. A bare text is its `value`. */
export function normalElement(attribute: Attribute, value: unknown): unknown {
  if (!isPresent(value)) return undefined;
  if (!isAttributes(value)) {
    if (typeof value === "object") throw wrongKind(attribute.name, "an object");
    return { value: String(value) };
  }
  const parts = Object.entries(value).filter(([, part]) => isPresent(part));
  return Object.fromEntries(parts.map(([key, part]) => normalPart(attribute, key, part)));
}

export function normalPart(attribute: Attribute | undefined, key: string, part: unknown): [string, unknown] {
  const name = partNamed(attribute, key);
  return [name, name === "primary" ? normalBoolean("primary", part) : part];
}

/** Entra has sent single values as lists of one, and plain ones as `{"value": …}`. */
function one(attribute: Attribute, value: unknown): unknown {
  const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return attribute.kind !== "complex" && isAttributes(single) && "value" in single ? single.value : single;
}

function normalBoolean(name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  const text = String(value).toLowerCase();
  if (text === "true" || text === "false") return text === "true";
  throw wrongKind(name, "true or false");
}

function normalComplex(attribute: Attribute, value: unknown): unknown {
  // Entra sends a manager as a bare id.
  if (typeof value === "string" && attribute.parts.includes("value")) return { value };
  if (!isAttributes(value)) throw wrongKind(attribute.name, "an object");
  const parts = Object.entries(value).filter(([, part]) => isPresent(part));
  const normal = Object.fromEntries(parts.map(([key, part]) => [partNamed(attribute, key), part]));
  return isPresent(normal) ? normal : undefined;
}

function addExtension(resource: Resource, normal: Attributes, urn: string, value: unknown): void {
  const extension = extensionNamed(resource, urn);
  if (extension === null) {
    Object.assign(normal, normalResource(resource, value));
    return;
  }
  if (!isPresent(value)) return;
  if (!isAttributes(value)) throw wrongKind(urn, "an object");
  const inside: Attributes = {};
  for (const [key, part] of Object.entries(value))
    addTo(inside, attributeNamed(resource, extension, key), key, part);
  if (isPresent(inside)) normal[extension] = inside;
}

function addTo(target: Attributes, attribute: Attribute | undefined, key: string, value: unknown): void {
  const normal = normalValue(attribute, value);
  if (normal !== undefined) target[attribute?.name ?? key] = normal;
}

function wrongKind(name: string, wanted: string): ScimError {
  return new ScimError(400, `'${name}' must be ${wanted}.`, "invalidValue");
}

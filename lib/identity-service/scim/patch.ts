import { isDeepStrictEqual } from "node:util";
import { ScimError } from "./errors.ts";
import { type Attributes, impliedBy, isAttributes, isPresent, keyOf, matches } from "./match.ts";
import { normalElement, normalPart, normalValue } from "./normal.ts";
import type { Operation } from "./operations.ts";
import {
  type Attribute,
  attributeNamed,
  extensionNamed,
  NOT_KEPT,
  partNamed,
  type Resource,
} from "./schema.ts";

/** The attributes after a PATCH. Those before are left as they were: either all operations apply, or none. */
export function patch(resource: Resource, before: Attributes, operations: readonly Operation[]): Attributes {
  const after = structuredClone(before);
  for (const operation of operations) apply(resource, after, operation);
  return after;
}

interface Spot {
  holder: Attributes;
  key: string;
  attribute: Attribute | undefined;
}

function apply(resource: Resource, after: Attributes, operation: Operation): void {
  const { op, path, value } = operation;
  const extension = path.extension === null ? null : extensionNamed(resource, path.extension);
  if (extension !== null && path.name === "") {
    delete after[keyOf(after, extension) ?? extension];
    return;
  }
  if (extension === null && (NOT_KEPT.has(path.name.toLowerCase()) || path.name.toLowerCase() === "schemas"))
    return;
  const place = extension === null ? null : (keyOf(after, extension) ?? extension);
  const holder = place === null ? after : asAttributes(after[place]);
  const attribute = attributeNamed(resource, extension, path.name);
  const spot = { holder, key: attribute?.name ?? keyOf(holder, path.name) ?? path.name, attribute };
  if (path.filter) changeChosen(spot, operation);
  else if (path.part !== null) changePart(spot, path.part, op, value);
  else if (op === "remove") remove(spot, value);
  else set(spot, op, value);
  if (!isPresent(holder[spot.key])) delete holder[spot.key];
  if (place === null) return;
  if (isPresent(holder)) after[place] = holder;
  else delete after[place];
}

function set({ holder, key, attribute }: Spot, op: "add" | "replace", value: unknown): void {
  const has = holder[key];
  const normal = normalValue(attribute, value);
  if (normal === undefined) {
    // To add nothing changes nothing; to replace by nothing takes away.
    if (op === "replace") delete holder[key];
  } else if (attribute?.many || Array.isArray(has)) {
    const wanted = [normal].flat();
    holder[key] = op === "add" ? joined(asList(has), wanted) : onePrimary(joined([], wanted), wanted);
  } else if (isAttributes(normal) && isAttributes(has)) holder[key] = { ...has, ...normal };
  else holder[key] = normal;
}

function remove({ holder, key, attribute }: Spot, value: unknown): void {
  const has = holder[key];
  // Entra names the values to remove beside the path.
  if (!isPresent(value) || !Array.isArray(has)) {
    delete holder[key];
    return;
  }
  const unwanted = [value].flat().map((each) => (attribute ? normalElement(attribute, each) : each));
  holder[key] = has.filter((each) => !unwanted.some((other) => isSameValue(each, other)));
}

function changePart(
  { holder, key, attribute }: Spot,
  part: string,
  op: Operation["op"],
  value: unknown,
): void {
  const has = holder[key];
  const values = attribute?.many || Array.isArray(has) ? asList(has) : null;
  if (values === null) holder[key] = withPart(attribute, asAttributes(has), part, op, value);
  else if (values.length > 0)
    holder[key] = values.map((each) => withPart(attribute, asAttributes(each), part, op, value));
  else if (op !== "remove") holder[key] = [withPart(attribute, {}, part, op, value)];
}

/** What a filter in brackets chooses. Where it chooses nothing, the value it speaks of is made, as Entra expects. */
function changeChosen({ holder, key, attribute }: Spot, { op, path, value }: Operation): void {
  const { filter, part } = path;
  if (!filter) return;
  if (attribute && !attribute.many)
    throw new ScimError(400, `'${key}' has one value: there is nothing to choose from.`, "invalidPath");
  const values = asList(holder[key]);
  const chosen = values.map((each) => matches(filter, each));
  if (op === "remove" && part === null) {
    holder[key] = values.filter((_, index) => !chosen[index]);
    return;
  }
  const changed = (each: unknown): unknown => {
    if (part !== null) return withPart(attribute, asAttributes(each), part, op, value);
    const normal = attribute ? normalElement(attribute, value) : value;
    return isAttributes(normal) ? { ...asAttributes(each), ...normal } : normal;
  };
  const changes = values.map((each, index) => (chosen[index] ? changed(each) : each));
  if (op !== "remove" && !chosen.includes(true) && isPresent(value)) {
    const implied = impliedBy(filter);
    if (!implied) throw new ScimError(400, `No value of '${key}' is chosen by the path.`, "noTarget");
    changes.push(changed(implied));
    chosen.push(true);
  }
  holder[key] = onePrimary(
    changes.filter(isPresent),
    changes.filter((_, index) => chosen[index]),
  );
}

function withPart(
  attribute: Attribute | undefined,
  has: Attributes,
  part: string,
  op: Operation["op"],
  value: unknown,
): Attributes {
  const name = partNamed(attribute, part);
  const { [keyOf(has, name) ?? name]: _, ...rest } = has;
  return op === "remove" || !isPresent(value)
    ? rest
    : { ...rest, [name]: normalPart(attribute, part, value)[1] };
}

/** Values already there are not there twice. */
function joined(has: unknown[], added: readonly unknown[]): unknown[] {
  const all = [...has];
  for (const value of added) {
    const known = all.findIndex((each) => isSameValue(each, value, true));
    if (known === -1) all.push(value);
    else if (isAttributes(value)) all[known] = { ...asAttributes(all[known]), ...value };
  }
  return onePrimary(all, added);
}

/** At most one value is the primary one (RFC 7643, 2.4): of several, one that came now. */
function onePrimary(values: unknown[], fresh: readonly unknown[]): unknown[] {
  const isPrimary = (each: unknown) => isAttributes(each) && each.primary === true;
  const winner =
    values.findLast((each) => isPrimary(each) && fresh.some((other) => isDeepStrictEqual(other, each))) ??
    values.find(isPrimary);
  return values.map((each) =>
    isAttributes(each) && isPrimary(each) && each !== winner ? { ...each, primary: false } : each,
  );
}

function isSameValue(one: unknown, other: unknown, alsoType = false): boolean {
  if (!isAttributes(one) || !isAttributes(other) || one.value === undefined)
    return isDeepStrictEqual(one, other);
  return isDeepStrictEqual(one.value, other.value) && (!alsoType || one.type === other.type);
}

function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function asAttributes(value: unknown): Attributes {
  return isAttributes(value) ? value : {};
}

import { ScimError } from "./errors.ts";
import { type AttributePath, parsePath } from "./filter.ts";
import { type Attributes, isAttributes, keyOf } from "./match.ts";
import { extensionNamed, type Resource } from "./schema.ts";

/** Which attributes an answer is to have: only some, or all but some (RFC 7644, 3.9). */
export interface Projection {
  only: AttributePath[] | null;
  without: AttributePath[];
}

// Always returned, whatever is asked for.
const ALWAYS = new Set(["id", "schemas"]);

export function readProjection(attributes: unknown, excluded: unknown): Projection {
  const [only, without] = [readPaths(attributes), readPaths(excluded)];
  if (only && without)
    throw new ScimError(400, "Give either 'attributes' or 'excludedAttributes'.", "invalidValue");
  return { only, without: without ?? [] };
}

/** Whether the attribute would be in the answer at all: what is dear to read need not be read. */
export function wants({ only, without }: Projection, name: string): boolean {
  const named = (path: AttributePath) => path.name.toLowerCase() === name.toLowerCase();
  return only ? only.some(named) : !without.some((path) => named(path) && path.part === null);
}

export function project(resource: Resource, whole: Attributes, { only, without }: Projection): Attributes {
  if (only === null && without.length === 0) return whole;
  if (only === null) {
    const rest = structuredClone(whole);
    for (const path of without) drop(resource, rest, path);
    return rest;
  }
  const some: Attributes = {};
  for (const name of ALWAYS) if (name in whole) some[name] = whole[name];
  for (const path of only) copy(resource, whole, some, path);
  return some;
}

function readPaths(given: unknown): AttributePath[] | null {
  if (given === undefined || given === "") return null;
  const names = [given].flat().flatMap((each) => String(each).split(","));
  return names
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map(parsePath);
}

/** Where a path leads: the object that holds the attribute, and its key there. */
function locate(resource: Resource, holder: Attributes, { extension, name }: AttributePath) {
  const whole = extension === null ? undefined : keyOf(holder, `${extension}:${name}`);
  if (whole !== undefined) return { place: null, inside: holder, key: whole };
  const named = extension === null ? null : extensionNamed(resource, extension);
  const place = named === null ? null : (keyOf(holder, named) ?? named);
  const inside = place === null ? holder : holder[place];
  if (!isAttributes(inside)) return null;
  const key = keyOf(inside, name);
  return key === undefined ? null : { place, inside, key };
}

function drop(resource: Resource, rest: Attributes, path: AttributePath): void {
  const found = locate(resource, rest, path);
  if (!found || (found.place === null && ALWAYS.has(found.key))) return;
  if (path.part === null) {
    delete found.inside[found.key];
    return;
  }
  for (const value of [found.inside[found.key]].flat())
    if (isAttributes(value)) delete value[keyOf(value, path.part) ?? ""];
}

function copy(resource: Resource, whole: Attributes, some: Attributes, path: AttributePath): void {
  const found = locate(resource, whole, path);
  if (!found) return;
  const { place, inside, key } = found;
  const target = place === null ? some : asAttributes(some[place]);
  if (place !== null) some[place] = target;
  const value = inside[key];
  if (path.part === null) target[key] = value;
  else if (Array.isArray(value)) {
    const before = Array.isArray(target[key]) ? (target[key] as unknown[]) : [];
    target[key] = value.map((each, index) => ({
      ...asAttributes(before[index]),
      ...partOf(each, path.part),
    }));
  } else target[key] = { ...asAttributes(target[key]), ...partOf(value, path.part) };
}

function partOf(value: unknown, part: string | null): Attributes {
  if (!isAttributes(value) || part === null) return {};
  const key = keyOf(value, part);
  return key === undefined ? {} : { [key]: value[key] };
}

function asAttributes(value: unknown): Attributes {
  return isAttributes(value) ? value : {};
}

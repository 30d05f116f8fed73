/** One field of a changed thing. A side that did not have the field is undefined. */
export interface FieldDifference {
  field: string;
  before: string | undefined;
  after: string | undefined;
  changed: boolean;
}

/** What an event changed, field by field; nested fields by their path, lists as one value. */
export function differences(before: unknown, after: unknown): FieldDifference[] {
  const left = new Map(fieldsOf(before));
  const right = new Map(fieldsOf(after));
  return [...new Set([...left.keys(), ...right.keys()])].map((field) => ({
    field,
    before: left.get(field),
    after: right.get(field),
    changed: left.get(field) !== right.get(field),
  }));
}

function fieldsOf(value: unknown, path = ""): [string, string][] {
  if (value === null || value === undefined) return path === "" ? [] : [[path, ""]];
  if (Array.isArray(value)) return [[path, value.map(oneLine).join("\n")]];
  if (typeof value !== "object") return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    fieldsOf(inner, path === "" ? name : `${path}.${name}`),
  );
}

function oneLine(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

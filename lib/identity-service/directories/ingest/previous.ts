import { isDeepStrictEqual } from "node:util";

type Attributes = Record<string, unknown>;

const NESTED = ["raw_attributes", "custom_attributes"];
const NOT_TOLD = new Set(["updated_at"]);

/**
 * What changed between two snapshots, with the values from before: null for what was not there. As deep as the wire
 * goes: the attributes themselves, and those inside raw and custom attributes. Null when nothing changed.
 */
export function previousAttributes(before: Attributes, after: Attributes): Attributes | null {
  const previous = changed(before, after, NOT_TOLD);
  for (const name of NESTED) {
    if (!(name in previous)) continue;
    previous[name] = changed(asAttributes(before[name]), asAttributes(after[name]));
  }
  return Object.keys(previous).length === 0 ? null : previous;
}

function changed(before: Attributes, after: Attributes, ignored = new Set<string>()): Attributes {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names]
      .filter((name) => !ignored.has(name) && !isDeepStrictEqual(before[name], after[name]))
      .map((name) => [name, before[name] ?? null]),
  );
}

function asAttributes(value: unknown): Attributes {
  return typeof value === "object" && value !== null ? (value as Attributes) : {};
}

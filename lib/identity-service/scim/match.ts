import { ScimError } from "./errors.ts";
import type { Filter, Literal, Operator } from "./filter.ts";

export type Attributes = Record<string, unknown>;

export function isAttributes(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether one value of a plural attribute is among those that a PATCH's path chooses. */
export function matches(filter: Filter, value: unknown): boolean {
  switch (filter.kind) {
    case "and":
      return matches(filter.left, value) && matches(filter.right, value);
    case "or":
      return matches(filter.left, value) || matches(filter.right, value);
    case "not":
      return !matches(filter.of, value);
    case "present":
      return isPresent(partOf(value, filter.path.name));
    case "compare":
      return compares(partOf(value, filter.path.name), filter.operator, filter.value);
    case "some":
      throw new ScimError(400, "A filter in brackets holds no other brackets.", "invalidFilter");
  }
}

/**
 * What a value must have to be chosen by a filter that asks only for equality: `type eq "work"` is `{type:"work"}`. Null
 * where no one value can be told from it.
 */
export function impliedBy(filter: Filter): Attributes | null {
  if (filter.kind === "and") {
    const [left, right] = [impliedBy(filter.left), impliedBy(filter.right)];
    return left && right && { ...left, ...right };
  }
  if (filter.kind !== "compare" || filter.operator !== "eq" || filter.value === null) return null;
  const truth = /^(true|false)$/i.exec(String(filter.value))?.[0];
  const { name } = filter.path;
  return {
    [name]: name.toLowerCase() === "primary" && truth ? truth.toLowerCase() === "true" : filter.value,
  };
}

/** The key of `attributes` that is this name in any case. */
export function keyOf(attributes: Attributes, name: string): string | undefined {
  if (Object.hasOwn(attributes, name)) return name;
  return Object.keys(attributes).find((key) => key.toLowerCase() === name.toLowerCase());
}

function partOf(value: unknown, name: string): unknown {
  if (!isAttributes(value)) return name.toLowerCase() === "value" ? value : undefined;
  const key = keyOf(value, name);
  return key === undefined ? undefined : value[key];
}

export function isPresent(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function compares(has: unknown, operator: Operator, wanted: Literal): boolean {
  if (operator === "ne") return !compares(has, "eq", wanted);
  if (wanted === null) return operator === "eq" && !isPresent(has);
  if (!isPresent(has)) return false;
  if (typeof has === "number" && typeof wanted === "number") return inOrder(has - wanted, operator);
  const [left, right] = [String(has).toLowerCase(), String(wanted).toLowerCase()];
  if (operator === "co") return left.includes(right);
  if (operator === "sw") return left.startsWith(right);
  if (operator === "ew") return left.endsWith(right);
  return inOrder(left === right ? 0 : left < right ? -1 : 1, operator);
}

function inOrder(difference: number, operator: Operator): boolean {
  if (operator === "gt") return difference > 0;
  if (operator === "ge") return difference >= 0;
  if (operator === "lt") return difference < 0;
  return operator === "le" ? difference <= 0 : difference === 0;
}

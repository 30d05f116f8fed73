import fc from "fast-check";

/** Values that have broken others, and any that JSON can hold. */
export const naughty = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "\u202e",
    "'; DROP TABLE identity.users; --",
    "__proto__",
    "constructor",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "x".repeat(5_000),
    null,
    true,
    -1,
    0.5,
    Number.MAX_SAFE_INTEGER,
    1e308,
    [],
    {},
    [[]],
    { ["__proto__"]: 1 },
  ),
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
);

/** A copy of `good` with whatever stands at one of its places replaced, or the whole of it; what is shared stays whole. */
export function spoilt(good: unknown, place: number, by: unknown): unknown {
  const body = structuredClone(good);
  const places: [Record<string, unknown>, string][] = [];
  const walk = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(body);
  const [object, key] = places[place % (places.length + 1)] ?? [];
  if (!object || key === undefined) return by;
  object[key] = structuredClone(by);
  return body;
}

import { z } from "zod";

const Key = z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/, "A key has letters, digits, _ and -, at most 40.");
const Scalar = z.union([z.string().max(500), z.number(), z.boolean()]);

/** What an event may say beside the usual: up to 50 pairs of plain values. */
export const Metadata = z
  .record(Key, Scalar)
  .refine((given) => Object.keys(given).length <= 50, "Metadata holds at most 50 keys.");
export type Metadata = z.infer<typeof Metadata>;

const Type = z.enum(["string", "number", "integer", "boolean"]);
const PropertySchema = z.strictObject({
  type: z.union([Type, z.array(Type).min(1)]).optional(),
  description: z.string().max(500).optional(),
  enum: z.array(Scalar).min(1).max(100).optional(),
  const: Scalar.optional(),
  minLength: z.number().int().min(0).optional(),
  maxLength: z.number().int().min(0).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
type PropertySchema = z.infer<typeof PropertySchema>;

/**
 * The part of JSON Schema that flat metadata needs. What else somebody writes is refused, so that no schema promises a
 * check which is not made; and so no pattern of theirs is run here, nor code made of it.
 */
export const MetadataSchema = z.strictObject({
  type: z.literal("object").optional(),
  description: z.string().max(500).optional(),
  properties: z.record(Key, PropertySchema).optional(),
  required: z.array(Key).max(50).optional(),
  additionalProperties: z.boolean().optional(),
});
export type MetadataSchema = z.infer<typeof MetadataSchema>;

/** Where metadata is not as its schema says, as JSON pointers below `at`. */
export function mismatches(schema: MetadataSchema, metadata: Metadata, at: string): string[] {
  const known = new Map(Object.entries(schema.properties ?? {}));
  const given = new Map(Object.entries(metadata));
  const isIncomplete = (schema.required ?? []).some((key) => !given.has(key));
  const wrong = [...given].filter(([key, value]) => {
    const property = known.get(key);
    return property ? !fits(property, value) : schema.additionalProperties === false;
  });
  return [...(isIncomplete ? [at] : []), ...wrong.map(([key]) => `${at}/${key}`)];
}

function fits(schema: PropertySchema, value: string | number | boolean): boolean {
  const types = schema.type === undefined ? null : [schema.type].flat();
  if (types && !types.some((type) => isOf(type, value))) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.const !== undefined && schema.const !== value) return false;
  if (typeof value === "string") return isBetween([...value].length, schema.minLength, schema.maxLength);
  return typeof value !== "number" || isBetween(value, schema.minimum, schema.maximum);
}

function isOf(type: z.infer<typeof Type>, value: string | number | boolean): boolean {
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function isBetween(
  value: number,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): boolean {
  return value >= least && value <= most;
}

import { z } from "zod";

// Parts of what the management API of the offline identity service answers.

export const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
export const maybeTime = time.nullish().transform((value) => value ?? null);
export const maybeText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
export const words = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .object({ data: z.array(item), list_metadata: z.object({ after: z.string().nullish() }).optional() })
    .transform(({ data, list_metadata }) => ({ items: data, after: list_metadata?.after ?? null }));
}

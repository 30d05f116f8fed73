import { z } from "zod";

/** What says which key encrypts: `{"organization_id": "org_…"}`. */
export const KeyContext = z
  .record(z.string().max(500), z.string().max(500))
  .refine((context) => Object.keys(context).length <= 10, "A context has at most 10 entries.");
export type KeyContext = z.infer<typeof KeyContext>;

/** A context in one spelling: the order of its entries does not make it another. */
export function contextKey(context: KeyContext): string {
  return JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Whose matter a context is, where it says so. */
export function organizationOf(context: KeyContext): string | null {
  return context.organization_id ?? null;
}

import { z } from "zod";
import { CustomerId } from "#lib/customers/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

/** How an address set lies in a bundle: the newest accepted version, with the facts that a set is made of. */
export const BundledSet = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/),
  name: z.string().min(2).max(80),
  origin: z.string().min(3).max(300),
  source_url: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullable(),
  description: z.string().max(300),
  allows_private: z.boolean(),
  /** Of the console that made the bundle. */
  version: z.int().min(1),
  changed_on: z.iso.date().nullable(),
  checked_on: z.iso.date(),
  networks: z.array(z.string().max(64)).min(1).max(20_000),
});
export type BundledSet = z.infer<typeof BundledSet>;

/** What an entry's bytes say; null where they are no address set of this version. */
export function readBundledSet(content: string): BundledSet | null {
  try {
    return BundledSet.safeParse(JSON.parse(content)).data ?? null;
  } catch {
    return null;
  }
}

const SETS_MAX = 200;

export const MakeSetBundleInput = z.strictObject({
  setIds: z
    .array(z.string().startsWith("aset_").max(60))
    .min(1, "Choose at least one set.")
    .max(SETS_MAX, "Choose at most 200 sets."),
  days: z.coerce.number().int().min(1).max(366),
});
export type MakeSetBundleInput = z.output<typeof MakeSetBundleInput>;

const Optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((said) => (said === "" ? undefined : said), schema.optional());

export const BringEntryInput = z.strictObject({
  bundleId: z.string().startsWith("bdlr_").max(60),
  position: z.coerce.number().int().min(0).max(10_000),
  /** Whose the set is to be, where it is made from the bundle; `everyone`: every deployment's. */
  customerId: Optional(z.union([z.literal("everyone"), CustomerId])),
  meant: z.string().trim().max(300, "Keep this under 300 characters.").default(""),
});
export type BringEntryInput = z.output<typeof BringEntryInput>;

export const BUNDLED_LIST = {
  sorts: ["title", "position"],
  filters: ["outcome"],
} as const satisfies ListSpec<string, string>;
export type BundledListQuery = ListQuery<
  (typeof BUNDLED_LIST.sorts)[number],
  (typeof BUNDLED_LIST.filters)[number]
>;

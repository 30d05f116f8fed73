import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

/** Of a whole bundle as it is taken in a browser's form, which may not be larger. */
export const BUNDLE_BYTES_MAX = 1_000_000;

/** What an entry may be. An update and a configuration come in time. */
export const ENTRY_KINDS: readonly string[] = ["address_set"];

const BundleRowId = z.string().startsWith("bdlr_").max(60);

export const TakeBundleInput = z.strictObject({
  file: z
    .instanceof(File, { error: "Choose a file." })
    .refine(({ size }) => size > 0, "Choose a file.")
    .refine(({ size }) => size <= BUNDLE_BYTES_MAX, "The file is larger than 1 MB."),
});
export type TakeBundleInput = z.output<typeof TakeBundleInput>;

export const BundleRef = z.strictObject({ bundleId: BundleRowId });
export type BundleRef = z.output<typeof BundleRef>;

export const NoInput = z.strictObject({});

export const BundleKeyRef = z.strictObject({ keyId: z.string().startsWith("bkey_").max(60) });
export type BundleKeyRef = z.output<typeof BundleKeyRef>;

export const AddTrustInput = z.strictObject({
  name: z.string().trim().min(2, "Say whose key it is.").max(80, "Keep the name under 80 characters."),
  key: z.string().trim().min(1, "Paste the key.").max(300, "This is no key of a console."),
  /** What the other side read out, typed or pasted: blanks and capitals are no difference. */
  fingerprint: z
    .string()
    .transform((text) => text.replaceAll(/[\s:.-]/g, "").toLowerCase())
    .pipe(z.string().regex(/^[0-9a-f]{64}$/, "A fingerprint is 64 hexadecimal digits.")),
});
export type AddTrustInput = z.output<typeof AddTrustInput>;

export const RevokeTrustInput = z.strictObject({
  trustId: z.string().startsWith("btk_").max(60),
  reason: z.string().trim().min(3, "Say why.").max(300, "Keep this under 300 characters."),
});
export type RevokeTrustInput = z.output<typeof RevokeTrustInput>;

export const BUNDLE_LIST = {
  sorts: ["when", "serial", "issuer"],
  defaultDirection: "desc",
  filters: ["direction"],
} as const satisfies ListSpec<string, string>;
export type BundleListQuery = ListQuery<
  (typeof BUNDLE_LIST.sorts)[number],
  (typeof BUNDLE_LIST.filters)[number]
>;

import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { BulkSubject } from "#lib/platform/prisma/enums.ts";

/** What deployments use and a newer version is there of. */
export const DRIFT_LIST = {
  sorts: ["deployment", "customer", "subject", "behind", "request"],
  filters: ["subject", "mode", "customer", "request"],
} as const satisfies ListSpec<string, string>;
export type DriftListQuery = ListQuery<
  (typeof DRIFT_LIST.sorts)[number],
  (typeof DRIFT_LIST.filters)[number]
>;

/** Rules that somebody should look at again. */
/** Why a rule should be looked at again. */
export const REVIEW_REASONS = ["expiring", "expired", "ownerless", "unused"] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

export const REVIEW_LIST = {
  sorts: ["expires", "deployment", "customer", "created"],
  filters: ["why", "customer", "mode"],
} as const satisfies ListSpec<string, string>;
export type ReviewListQuery = ListQuery<
  (typeof REVIEW_LIST.sorts)[number],
  (typeof REVIEW_LIST.filters)[number]
>;

export const BULK_LIST = {
  sorts: ["created"],
  defaultDirection: "desc",
  filters: ["state"],
} as const satisfies ListSpec<string, string>;
export type BulkListQuery = ListQuery<(typeof BULK_LIST.sorts)[number], (typeof BULK_LIST.filters)[number]>;

export const BULK_ITEM_LIST = {
  sorts: ["deployment", "state"],
  filters: ["state"],
} as const satisfies ListSpec<string, string>;
export type BulkItemListQuery = ListQuery<
  (typeof BULK_ITEM_LIST.sorts)[number],
  (typeof BULK_ITEM_LIST.filters)[number]
>;

/** One subject with its newest version: all deployments that are behind it, or those that are named. */
export const StartBulkInput = z.strictObject({
  subject: z.enum(BulkSubject),
  subjectId: z.string().trim().min(1).max(80),
  /** The version that the person saw: a newer one that came since is not proposed by surprise. */
  versionNumber: z.coerce.number().int().min(1),
  reason: z
    .string()
    .trim()
    .min(10, "Say in a few words why this is needed.")
    .max(2_000, "Keep the reason under 2,000 characters."),
  ticket: z.string().trim().max(120, "Keep this under 120 characters.").default(""),
});
export type StartBulkInput = z.output<typeof StartBulkInput>;

export const BulkRef = z.strictObject({ bulkId: z.string().startsWith("blk_").max(60) });
export type BulkRef = z.output<typeof BulkRef>;

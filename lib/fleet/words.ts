import type { BulkState, BulkSubject } from "#lib/platform/prisma/enums.ts";
import type { BulkCounts } from "./queries.ts";
import type { ReviewReason } from "./schema.ts";

export const SUBJECT_WORDS: Readonly<Record<BulkSubject, string>> = {
  address_set: "Address set",
  rule_pack: "Rule pack",
};

export const BULK_WORDS: Readonly<Record<BulkState, string>> = {
  running: "Making requests",
  paused: "Paused",
  done: "Requests made",
};

export const REASON_WORDS: Readonly<Record<ReviewReason, string>> = {
  expiring: "Ends within 30 days",
  expired: "Has ended",
  ownerless: "Has no owner",
  unused: "Not used for 90 days",
};

/** How far each deployment is, in the order of a request's life. */
export const COUNT_WORDS: readonly (readonly [Exclude<keyof BulkCounts, "total">, string])[] = [
  ["waiting", "No request yet"],
  ["held", "Held"],
  ["open", "Before approvers, or approved"],
  ["applied", "Applied, not verified"],
  ["verified", "Verified on site"],
  ["refused", "Refused or withdrawn"],
  ["leftOut", "Left out"],
];

import { z } from "zod";
import { AddRuleInput, ChangeRuleInput, RuleRef } from "#lib/allowlist/schema.ts";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

const RequestId = z.string().startsWith("chg_");
const Text = (max: number) => z.string().trim().max(max, `Keep this under ${max} characters.`).default("");
const Reason = z
  .string()
  .trim()
  .min(3, "Say why, in a few words.")
  .max(1_000, "Keep the reason under 1,000 characters.");

export const RequestRef = z.strictObject({ requestId: RequestId });
export type RequestRef = z.output<typeof RequestRef>;

/** The day until which the request has to be applied; empty: in two weeks from its proposal. */
const Day = z
  .string()
  .trim()
  .default("")
  .transform((text, context) => {
    if (text === "") return null;
    const end = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T23:59:59Z`) : null;
    if (end && !Number.isNaN(end.getTime())) return end;
    context.addIssue({ code: "custom", message: "Write a day." });
    return z.NEVER;
  });

export const DescribeRequestInput = z.strictObject({
  requestId: RequestId,
  title: z
    .string()
    .trim()
    .min(5, "Say in a few words what this is.")
    .max(160, "Keep it under 160 characters."),
  reason: Text(2_000),
  ticket: Text(120),
  expiresOn: Day,
});
export type DescribeRequestInput = z.output<typeof DescribeRequestInput>;

export const DraftRuleInput = AddRuleInput;
export type DraftRuleInput = z.output<typeof DraftRuleInput>;
export const DraftRuleChangeInput = ChangeRuleInput;
export type DraftRuleChangeInput = z.output<typeof DraftRuleChangeInput>;
export const DraftRetirementInput = RuleRef;
export type DraftRetirementInput = z.output<typeof DraftRetirementInput>;

export const DropChangeInput = z.strictObject({ requestId: RequestId, subject: z.string().min(1).max(100) });
export type DropChangeInput = z.output<typeof DropChangeInput>;

export const WithdrawInput = z.strictObject({ requestId: RequestId, reason: Text(1_000) });
export type WithdrawInput = z.output<typeof WithdrawInput>;

/** `round` is the simulation that the person has before them: a word about an earlier one counts for nothing. */
export const ApproveInput = z.strictObject({
  requestId: RequestId,
  round: z.coerce.number().int().min(1),
  comment: Text(1_000),
});
export type ApproveInput = z.output<typeof ApproveInput>;

export const RefuseInput = z.strictObject({ requestId: RequestId, reason: Reason });
export type RefuseInput = z.output<typeof RefuseInput>;

export const RecordConsentInput = z.strictObject({
  requestId: RequestId,
  round: z.coerce.number().int().min(1),
  consentOf: z.string().trim().min(2, "Say who at the customer agreed.").max(160),
  consentHow: z.string().trim().min(5, "Say how they agreed: a letter, a ticket of theirs, a call.").max(500),
});
export type RecordConsentInput = z.output<typeof RecordConsentInput>;

export const CommentInput = z.strictObject({
  requestId: RequestId,
  body: z.string().trim().min(1, "Write something.").max(4_000, "Keep the comment under 4,000 characters."),
});
export type CommentInput = z.output<typeof CommentInput>;

export const VerifyInput = z.discriminatedUnion("by", [
  z.strictObject({ requestId: RequestId, by: z.literal("doctor") }),
  z.strictObject({
    requestId: RequestId,
    by: z.literal("probe"),
    note: z.string().trim().min(10, "Say from where you tried it, and what you saw.").max(2_000),
  }),
]);
export type VerifyInput = z.output<typeof VerifyInput>;

/** How the change was found to be in effect on site, as it is kept. */
export const Verification = z.discriminatedUnion("by", [
  z.object({
    by: z.literal("doctor"),
    reportId: z.string(),
    machine: z.string(),
    ranAt: z.iso.datetime(),
    checks: z.number(),
    personName: z.string(),
  }),
  z.object({ by: z.literal("probe"), note: z.string(), personName: z.string() }),
]);
export type Verification = z.output<typeof Verification>;

export const REQUEST_LIST = {
  sorts: ["changed", "number", "title", "state", "deployment", "customer", "expires"],
  defaultDirection: "desc",
  filters: ["state", "effect", "customer", "mine"],
} as const satisfies ListSpec<string, string>;
export type RequestListQuery = ListQuery<
  (typeof REQUEST_LIST.sorts)[number],
  (typeof REQUEST_LIST.filters)[number]
>;

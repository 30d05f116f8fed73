import { z } from "zod";

const connectionId = z.string().startsWith("conn_");
const number = z.coerce.number().int().min(1).max(1_000_000);
const Reason = z
  .string()
  .trim()
  .max(1_000, "Give at most 1,000 characters.")
  .default("")
  .transform((text) => text || null);

export const RevisionInput = z.strictObject({ connectionId, number });
export type RevisionInput = z.output<typeof RevisionInput>;

export const ActivateRevisionInput = z.strictObject({ connectionId, number, reason: Reason });
export type ActivateRevisionInput = z.output<typeof ActivateRevisionInput>;

/** Without a number: to the revision before. */
export const ReturnToRevisionInput = z.strictObject({
  connectionId,
  number: number.optional(),
  reason: Reason,
});
export type ReturnToRevisionInput = z.output<typeof ReturnToRevisionInput>;

/** The revision that is active, as whoever keeps the draft has it before them. */
export const KeepDraftInput = z.strictObject({ connectionId, number, active: number });
export type KeepDraftInput = z.output<typeof KeepDraftInput>;

export const CompareReplaysInput = z.strictObject({
  connectionId,
  testId: z.string().min(1).max(80),
  left: number,
  right: number,
});
export type CompareReplaysInput = z.output<typeof CompareReplaysInput>;

/**
 * When a change of a connection's settings is to count. Where the connection was never live there is no difference: it is its own
 * draft.
 */
export const WHEN = {
  when: z.enum(["draft", "now"]).default("draft"),
  reason: Reason,
};

/** At once, without a test, is for a reason. */
export function reasonWhereNow({ when, reason }: { when: string; reason: string | null }): boolean {
  return when === "draft" || (reason ?? "").length >= 3;
}

export const REASON_NEEDED = {
  path: ["reason"],
  error: "Say why this cannot wait for a test.",
};

import { AppError } from "#lib/shared/errors.ts";
import type { Outcome } from "./schema.ts";

/** What is not answered may have been done all the same; what was turned away was not. */
export function outcomeOf(error: unknown): { outcome: Outcome; because?: string } {
  if (!(error instanceof AppError)) return { outcome: "unanswered" };
  const turnedAway = !["unavailable", "upstream"].includes(error.kind);
  return { outcome: turnedAway ? "refused" : "unanswered", because: error.message };
}

import type { Check, MappedProfile } from "../saml/types.ts";
import type { CapturedAnswer } from "./captured.ts";
import type { ReturnContext } from "./context.ts";

/** What the settings of a revision make of an answer that was captured. */
export interface Replayed {
  checks: readonly Check[];
  /** Null where a check failed. */
  profile: MappedProfile | null;
  error: string | null;
  /** The answer, with what of it these settings would believe. */
  answer: CapturedAnswer;
}

/** Everything a replay is measured against. */
export interface ReplayContext {
  connection: ReturnContext["connection"];
  /** The clock is what it was then: every answer expires within minutes. */
  at: Date;
}

const NOT_AGAIN =
  "Not made again: a replay asks nobody, and what was captured answered a request of its own.";

/** Checks that say nothing of an answer that was taken earlier. */
export function notAgain(checks: readonly Check[], ids: readonly string[]): Check[] {
  return checks.map((check) =>
    check.result === "passed" && ids.includes(check.id)
      ? { ...check, result: "skipped", expected: null, found: null, message: NOT_AGAIN }
      : check,
  );
}

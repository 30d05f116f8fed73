import { CircleCheck, CircleX, Minus, TriangleAlert } from "lucide-react";
import { cx } from "#components/ui/cx.ts";
import type { Outcome } from "#lib/doctor/report.ts";

const OUTCOMES = {
  failed: { Icon: CircleX, look: "text-negative", word: "Failed" },
  warning: { Icon: TriangleAlert, look: "text-caution", word: "Warning" },
  passed: { Icon: CircleCheck, look: "text-positive", word: "Passed" },
  skipped: { Icon: Minus, look: "text-muted", word: "Skipped" },
} as const satisfies Record<Outcome, unknown>;

/** How one line of a report came out: an icon and the word. */
export function OutcomeMark({ outcome, word }: { outcome: Outcome; word?: string }) {
  const { Icon, look, word: usual } = OUTCOMES[outcome];
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1.5 whitespace-nowrap align-middle font-medium text-sm",
        look,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" strokeWidth={2.25} />
      {word ?? usual}
    </span>
  );
}

/** How many of each, of those that there are. */
export function OutcomeCounts({
  failed,
  warnings,
  passed,
  skipped,
}: Record<"failed" | "warnings" | "passed" | "skipped", number>) {
  return (
    <span className="inline-flex flex-wrap gap-x-4 gap-y-1">
      {failed > 0 && <OutcomeMark outcome="failed" word={`${failed} failed`} />}
      {warnings > 0 && (
        <OutcomeMark outcome="warning" word={`${warnings} ${warnings === 1 ? "warning" : "warnings"}`} />
      )}
      {passed > 0 && <OutcomeMark outcome="passed" word={`${passed} passed`} />}
      {skipped > 0 && <OutcomeMark outcome="skipped" word={`${skipped} skipped`} />}
    </span>
  );
}

import { CircleCheck, CircleX, Minus } from "lucide-react";
import { cx } from "#components/ui/cx.ts";
import type { TraceCheck } from "#lib/drivers/port.ts";

const RESULTS = {
  passed: { Icon: CircleCheck, look: "text-positive", word: "Passed" },
  failed: { Icon: CircleX, look: "text-negative", word: "Failed" },
  skipped: { Icon: Minus, look: "text-muted", word: "Not reached" },
};

/** Every check of one sign-in, in order: what was expected, and what was found. */
export function Trace({ checks }: { checks: TraceCheck[] }) {
  if (checks.length === 0) return <p className="py-2 text-muted text-sm">Nothing has been checked yet.</p>;
  return (
    <ol className="grid">
      {checks.map((check) => {
        const { Icon, look, word } = RESULTS[check.result];
        return (
          <li key={check.id} className="flex gap-2.5 border-line border-b py-2 last:border-0">
            <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", look)} />
            <div className="grid min-w-0 flex-1 gap-1 text-sm">
              <span className="flex flex-wrap items-baseline justify-between gap-x-4">
                <span className="font-medium">
                  {check.name}
                  <span className="sr-only">: {word}</span>
                </span>
                {check.clause && <span className="text-faint text-xs">{check.clause}</span>}
              </span>
              {check.message && check.result !== "passed" && <span>{check.message}</span>}
              {(check.expected || check.found) && (
                <dl className="grid gap-x-3 gap-y-0.5 text-xs sm:grid-cols-[5rem_minmax(0,1fr)]">
                  <dt className="text-muted">Expected</dt>
                  <dd className="font-mono [overflow-wrap:anywhere]">{check.expected || "–"}</dd>
                  <dt className="text-muted">Found</dt>
                  <dd className={cx("font-mono [overflow-wrap:anywhere]", check.result === "failed" && look)}>
                    {check.found || "–"}
                  </dd>
                </dl>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

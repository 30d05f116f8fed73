"use client";

import { CircleCheck, CircleX, Minus } from "lucide-react";
import { useTexts } from "#components/portal/texts.tsx";
import { cx } from "#components/ui/cx.ts";
import type { TraceCheck } from "#lib/drivers/port.ts";
import { useCheckWords } from "./trace-words.ts";

const LOOKS = {
  passed: { Icon: CircleCheck, look: "text-positive" },
  failed: { Icon: CircleX, look: "text-negative" },
  skipped: { Icon: Minus, look: "text-muted" },
};

/** Every check of a sign-in in order: its result, and what was expected and found. What failed stands above; the rest is a press away. */
export function TraceChecks({ checks }: { checks: readonly TraceCheck[] }) {
  if (checks.length === 0) return null;
  const failed = checks.filter(({ result }) => result === "failed");
  return (
    <div className="rounded-lg border border-line bg-surface">
      {failed.length > 0 && (
        <ol className="grid border-line border-b px-4 py-1">
          {failed.map((check) => (
            <Check key={check.id} check={check} />
          ))}
        </ol>
      )}
      <Every checks={checks} />
    </div>
  );
}

function Every({ checks }: { checks: readonly TraceCheck[] }) {
  const t = useTexts("trace");
  return (
    <details>
      <summary className="cursor-pointer px-4 py-2.5 font-medium text-sm hover:bg-hover">
        {t("show_all", { count: checks.length })}
        <span className="ml-3 font-normal text-muted text-xs">
          {t("checked", { count: checks.filter(({ result }) => result === "passed").length })}
        </span>
      </summary>
      <ol className="grid border-line border-t px-4">
        {checks.map((check) => (
          <Check key={check.id} check={check} />
        ))}
      </ol>
    </details>
  );
}

function Check({ check }: { check: TraceCheck }) {
  const t = useTexts("trace");
  const said = useCheckWords();
  const { Icon, look } = LOOKS[check.result];
  const isFailed = check.result === "failed";
  return (
    <li className="flex gap-2.5 border-line border-b py-2 last:border-0">
      <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", look)} />
      <div className="grid min-w-0 flex-1 gap-1 text-sm">
        <span className={cx(isFailed && "font-medium")} title={t("clause", { clause: check.clause })}>
          {said.name(check)} <span className="sr-only">{t(`results.${check.result}`)}</span>
        </span>
        {isFailed && <span>{said.failed(check)}</span>}
        {isFailed && (check.expected || check.found) && (
          <dl className="grid gap-x-3 gap-y-0.5 text-xs sm:grid-cols-[5rem_minmax(0,1fr)]">
            <dt className="text-muted">{t("expected")}</dt>
            <dd className="font-mono [overflow-wrap:anywhere]">{check.expected || t("nothing")}</dd>
            <dt className="text-muted">{t("found")}</dt>
            <dd className={cx("font-mono [overflow-wrap:anywhere]", look)}>{check.found || t("nothing")}</dd>
          </dl>
        )}
      </div>
    </li>
  );
}

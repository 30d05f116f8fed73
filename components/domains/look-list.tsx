import { CircleCheck, CircleX, Minus } from "lucide-react";
import { cx } from "#components/ui/cx.ts";

export interface SeenName {
  name: string;
  /** What came of asking for it, in words. */
  outcome: string;
  /** Each TXT record there, and whether it is the one that proves the domain. */
  records: { value: string; proves: boolean }[];
}

/** What the name servers said: each name that was asked for, and what it held. */
export function LookList({ seen, proof }: { seen: readonly SeenName[]; proof: string }) {
  return (
    <ol className="grid gap-2">
      {seen.map(({ name, outcome, records }) => (
        <li key={name} className="grid gap-1.5 rounded-md border border-line bg-surface px-3 py-2">
          <code className="text-xs [overflow-wrap:anywhere]">{name}</code>
          <p className="flex items-center gap-1.5 text-muted text-sm">
            {records.length === 0 && <Minus aria-hidden className="size-3.5 shrink-0" />}
            {outcome}
          </p>
          {records.length > 0 && (
            <ul className="grid gap-1">
              {records.map(({ value, proves }) => (
                <li key={value} className="flex items-start gap-1.5">
                  {proves ? (
                    <CircleCheck aria-label={proof} className="mt-0.5 size-3.5 shrink-0 text-positive" />
                  ) : (
                    <CircleX aria-hidden className="mt-0.5 size-3.5 shrink-0 text-faint" />
                  )}
                  <code className={cx("min-w-0 text-xs [overflow-wrap:anywhere]", !proves && "text-muted")}>
                    {value}
                  </code>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

import type { ReactNode } from "react";
import { cx } from "./cx.ts";

const TONES = {
  neutral: "bg-hover text-muted",
  outline: "border border-line-strong text-muted",
  accent: "bg-accent-soft text-accent",
  positive: "bg-positive-soft text-positive",
  caution: "bg-caution-soft text-caution",
  negative: "bg-negative-soft text-negative",
};

export type BadgeTone = keyof typeof TONES;

/** A word that sorts: a mode, a kind, a tag. For how something is, use `Status`. */
export function Badge({ tone = "neutral", children }: { tone?: BadgeTone; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-5 max-w-full items-center align-middle gap-1 whitespace-nowrap rounded-sm px-1.5 font-medium text-xs",
        "[&_svg]:size-3 [&_svg]:shrink-0",
        TONES[tone],
      )}
    >
      <span className="truncate">{children}</span>
    </span>
  );
}

import { CircleCheck, CircleX, Clock, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { Time } from "./time.tsx";

export type StatusTone = "positive" | "caution" | "negative" | "neutral";

const TONES = {
  positive: { Icon: CircleCheck, look: "text-positive" },
  caution: { Icon: Clock, look: "text-caution" },
  negative: { Icon: CircleX, look: "text-negative" },
  neutral: { Icon: Minus, look: "text-muted" },
};

interface StatusProps {
  tone: StatusTone;
  /** Since when it has been so. */
  since?: Date | string | null;
  /** The first cause, in a few words. */
  reason?: string;
  /** The word: "Active", "Expiring", "Failing". */
  children: ReactNode;
}

/** How something is: never by colour alone, so an icon, a word, and where it matters since when and why. */
export function Status({ tone, since, reason, children }: StatusProps) {
  const { Icon, look } = TONES[tone];
  return (
    <span className="inline-flex min-w-0 max-w-full items-center align-middle gap-1.5 whitespace-nowrap text-sm">
      <Icon aria-hidden className={cx("size-3.5 shrink-0", look)} strokeWidth={2.25} />
      <span className={cx("font-medium", look)}>{children}</span>
      {reason && (
        <span className="truncate text-muted" title={reason}>
          {reason}
        </span>
      )}
      {since && (
        <span className="text-faint text-xs">
          since <Time at={since} />
        </span>
      )}
    </span>
  );
}

import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";

const TONES = {
  neutral: { Icon: Info, look: "bg-sunken border-line", icon: "text-muted" },
  accent: { Icon: Info, look: "bg-accent-soft border-transparent", icon: "text-accent" },
  positive: { Icon: CircleCheck, look: "bg-positive-soft border-transparent", icon: "text-positive" },
  caution: { Icon: TriangleAlert, look: "bg-caution-soft border-transparent", icon: "text-caution" },
  negative: { Icon: CircleAlert, look: "bg-negative-soft border-transparent", icon: "text-negative" },
};

interface CalloutProps {
  tone?: keyof typeof TONES;
  title?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
  className?: string;
}

/** Something to know before going on: what happened, why, and what to do. */
export function Callout({ tone = "neutral", title, action, children, className }: CalloutProps) {
  const { Icon, look, icon } = TONES[tone];
  return (
    <div className={cx("flex items-start gap-2.5 rounded-lg border px-3 py-2.5 text-sm", look, className)}>
      <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", icon)} />
      <div className="grid min-w-0 flex-1 gap-0.5">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="text-ink [overflow-wrap:anywhere]">{children}</div>}
      </div>
      {action}
    </div>
  );
}

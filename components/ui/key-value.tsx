import type { ReactNode } from "react";
import { cx } from "./cx.ts";

export interface KeyValueItem {
  label: string;
  value: ReactNode;
}

/** Facts about one thing: name at the left, value at the right; one above the other on a phone. */
export function KeyValue({ items, className }: { items: readonly KeyValueItem[]; className?: string }) {
  return (
    <dl className={cx("grid", className)}>
      {items.map((item) => (
        <div
          key={item.label}
          className="grid min-h-9 items-center gap-x-4 border-line border-b py-1.5 last:border-0 sm:grid-cols-[10rem_minmax(0,1fr)]"
        >
          <dt className="text-muted text-sm">{item.label}</dt>
          <dd className="min-w-0 text-sm [overflow-wrap:anywhere]">
            {item.value === null || item.value === "" || item.value === undefined ? (
              <span className="text-faint">Not set</span>
            ) : (
              item.value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

import type { ReactNode } from "react";
import { cx } from "./cx.ts";

interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  /** Beside the title, at the right. */
  actions?: ReactNode;
  footer?: ReactNode;
  /** Without inner space: for a table or a list that goes to the edges. */
  flush?: boolean;
  className?: string;
  children?: ReactNode;
}

/** One thing on a page, framed by a hairline. */
export function Card({ title, description, actions, footer, flush = false, className, children }: CardProps) {
  return (
    <section className={cx("min-w-0 rounded-lg border border-line bg-surface", className)}>
      {(title || actions) && (
        <header
          className={cx(
            "flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2",
            flush ? "border-line border-b" : "pt-3",
          )}
        >
          <div className="grid min-w-0">
            <h2 className="font-semibold text-sm">{title}</h2>
            {description && <p className="text-muted text-xs">{description}</p>}
          </div>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      {children !== undefined && (
        // What goes to the edges is cut by the corners where nothing stands below it.
        <div
          className={cx(
            flush && "last:overflow-hidden last:rounded-b-lg",
            !flush && "px-4 pb-4",
            !flush && !title && !actions && "pt-4",
          )}
        >
          {children}
        </div>
      )}
      {footer && <footer className="border-line border-t px-4 py-2.5 text-muted text-xs">{footer}</footer>}
    </section>
  );
}

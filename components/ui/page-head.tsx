import type { ReactNode } from "react";

interface PageHeadProps {
  title: ReactNode;
  /** A `Status`, a `Badge`: how the thing stands. */
  status?: ReactNode;
  /** The one sentence: the question this page answers, or what the thing is. */
  children?: ReactNode;
  /** The primary action last. */
  actions?: ReactNode;
}

/** What page this is, how the thing stands, and the one thing to do. */
export function PageHead({ title, status, children, actions }: PageHeadProps) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="grid min-w-0 gap-0.5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 font-semibold text-xl [overflow-wrap:anywhere]">{title}</h1>
          {status}
        </div>
        {children && <p className="max-w-2xl text-muted text-sm">{children}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2 print:hidden">{actions}</div>}
    </header>
  );
}

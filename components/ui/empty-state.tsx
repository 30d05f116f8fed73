import type { ReactNode } from "react";

interface EmptyStateProps {
  /** A lucide icon element. */
  icon?: ReactNode;
  /** "No connections yet." */
  title: ReactNode;
  action?: ReactNode;
  /** It is all there is on the page: its title is the page's heading. */
  page?: boolean;
  /** What such a thing is for, in one sentence. */
  children?: ReactNode;
}

/** Nothing here yet: what it would be for, and how to begin. */
export function EmptyState({ icon, title, action, page = false, children }: EmptyStateProps) {
  const Title = page ? "h1" : "p";
  return (
    <div className="grid justify-items-center gap-1 px-6 py-12 text-center">
      {icon && (
        <span
          aria-hidden
          className="mb-2 grid size-9 place-content-center rounded-lg border border-line-strong bg-surface text-muted shadow-control [&_svg]:size-4.5"
        >
          {icon}
        </span>
      )}
      <Title className="font-medium text-base">{title}</Title>
      {children && <p className="max-w-md text-balance text-muted text-sm">{children}</p>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

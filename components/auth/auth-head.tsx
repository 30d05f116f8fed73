import type { ReactNode } from "react";

/** The title of a page for who is not signed in, and the one sentence below it. */
export function AuthHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className="grid gap-1">
      <h1 className="font-semibold text-xl">{title}</h1>
      {children && <p className="text-muted text-sm [overflow-wrap:anywhere]">{children}</p>}
    </header>
  );
}

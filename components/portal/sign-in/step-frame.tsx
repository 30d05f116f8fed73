import type { Route } from "next";
import type { ReactNode } from "react";
import { LinkButton } from "#components/ui/button.tsx";
import { PageHead } from "#components/ui/page-head.tsx";

interface StepFrameProps {
  title: string;
  lead?: ReactNode;
  status?: ReactNode;
  children: ReactNode;
}

/** One step: what it is about, and what to do. */
export function StepFrame({ title, lead, status, children }: StepFrameProps) {
  return (
    <>
      <PageHead title={title} status={status}>
        {lead}
      </PageHead>
      {children}
    </>
  );
}

/** The way back and on, below a step: the way on last, at the right. */
export function StepNav({
  back,
  children,
}: {
  back?: { href: string; label: string };
  children?: ReactNode;
}) {
  return (
    <nav className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-4 print:hidden">
      {back ? (
        <LinkButton href={back.href as Route} variant="ghost">
          {back.label}
        </LinkButton>
      ) : (
        <span />
      )}
      <span className="flex flex-wrap items-center gap-2">{children}</span>
    </nav>
  );
}

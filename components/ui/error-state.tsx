import { CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "./empty-state.tsx";

interface ErrorStateProps {
  /** What did not work: "The connections could not be read." */
  title: ReactNode;
  /** To quote to support. */
  reference?: string;
  action?: ReactNode;
  page?: boolean;
  /** Why, and what to do. */
  children?: ReactNode;
}

/** Something could not be shown. It stands where the thing would have stood. */
export function ErrorState({ title, reference, action, page, children }: ErrorStateProps) {
  return (
    <EmptyState icon={<CircleX className="text-negative" />} title={title} action={action} page={page}>
      {children}
      {reference && (
        <>
          {" "}
          Reference: <code className="select-all">{reference}</code>
        </>
      )}
    </EmptyState>
  );
}

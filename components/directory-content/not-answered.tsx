import { Callout } from "#components/ui/callout.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { TryAgain } from "#components/ui/try-again.tsx";

interface NotAnsweredProps {
  live: { state: "silent" | "untold"; reason: string };
  /** What could not be read: "The people could not be read." */
  title: string;
}

/** Why a directory's environment says nothing of what is in it. */
export function NotAnswered({ live, title }: NotAnsweredProps) {
  if (live.state === "untold") return <Callout>{live.reason}</Callout>;
  return (
    <div className="rounded-lg border border-line bg-surface">
      <ErrorState title={title} action={<TryAgain />}>
        {live.reason}
      </ErrorState>
    </div>
  );
}

import { LinkButton } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-content-center">
      <EmptyState
        page
        title="There is no such page."
        action={<LinkButton href="/">Go to the console</LinkButton>}
      >
        The address may be mistyped, or the page may have been removed.
      </EmptyState>
    </main>
  );
}
